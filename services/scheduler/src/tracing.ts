import type { FanOutStore } from '@rung/db';
import { deliverySubject, type Tracing } from '@rung/platform';

/** The same store; with tracing on each delivery gets its first span, that of the batch in which it was decided. */
export function traceFanOut(tracing: Tracing, store: FanOutStore): FanOutStore {
  if (!tracing.on) return store;
  return {
    ...store,
    async distribute(options) {
      const startedAt = Date.now();
      const batch = await store.distribute(options);
      const attributes = {
        'db.system.name': 'postgresql',
        'db.operation.batch.size': batch.deliveryIds.length,
      };
      for (const id of batch.deliveryIds) {
        const details = { attributes: { ...attributes, 'rung.delivery.id': id }, first: true };
        tracing.ended(deliverySubject(id), 'decide delivery', details, startedAt);
      }
      return batch;
    },
  };
}
