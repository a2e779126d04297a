import type { FanOutStore } from '@rung/db';
import type { Producer } from '@rung/jobs';

export interface FanOutOptions {
  readonly store: FanOutStore;
  readonly producer: Pick<Producer, 'enqueueMany'>;
  readonly clock: () => Date;
  /** How late a slot may be and is still served. */
  readonly catchUpMs: number;
  /** Learners decided in one transaction. */
  readonly batchSize: number;
  /** Told after each complete run. */
  readonly onDone: (decided: number) => void;
}

/**
 * Decides for everybody who is due and enqueues their deliveries; resolves to how many were decided. `onProgress` is
 * told after each batch: a long run is no standing still.
 */
export type FanOut = (onProgress?: () => void) => Promise<number>;

/**
 * Takes batch after batch until nobody is due. Deliveries are stored before they are enqueued: what a crash or a
 * queue that is away leaves out, the reconciler finds. Calls while one is under way share it.
 */
export function makeFanOut(options: FanOutOptions): FanOut {
  const { store, producer, clock, catchUpMs, batchSize, onDone } = options;
  const listeners = new Set<() => void>();
  let underWay: Promise<number> | null = null;

  const run = async (): Promise<number> => {
    let decided = 0;
    let enqueued: Promise<unknown> = Promise.resolve();
    for (;;) {
      const batch = await store.distribute({ now: clock(), catchUpMs, limit: batchSize });
      decided += batch.deliveryIds.length;
      // The queue takes one batch while the database decides the next; never more, so that memory stays flat.
      await enqueued;
      for (const listen of listeners) listen();
      enqueued = producer.enqueueMany(
        'delivery.send',
        batch.deliveryIds.map((deliveryId) => ({ payload: { deliveryId }, jobId: `send-${deliveryId}` })),
      );
      if (batch.taken < batchSize) break;
    }
    await enqueued;
    onDone(decided);
    return decided;
  };

  return (onProgress) => {
    if (onProgress !== undefined) listeners.add(onProgress);
    underWay ??= run().finally(() => {
      underWay = null;
      listeners.clear();
    });
    return underWay;
  };
}
