import type { ReconcilerStore, RunStore } from '@rung/db';
import type { Producer } from '@rung/jobs';

export interface ReconcileOptions {
  readonly store: ReconcilerStore;
  readonly runs: Pick<RunStore, 'summarise'>;
  readonly producer: Pick<Producer, 'enqueueMany'>;
  /** Puts back job schedulers that are gone. */
  readonly ensureSchedules: () => Promise<boolean>;
  readonly clock: () => Date;
  readonly onFound: (what: 'update' | 'delivery' | 'expiry', count: number) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * How long work may stand still before it is enqueued again: longer than a stalled job takes on its way through
 * isolation, and with a minute's tick still well under 120 s.
 */
const STALE_MS = 45_000;
/** Rows enqueued again at a time. */
const LIMIT = 5_000;
/** An update that came just before an expiry may still be on its way into the inbox. */
const EXPIRY_GRACE_MS = 2_000;

/**
 * Brings back, from PostgreSQL alone, what the queue has lost: updates, deliveries, expiries, schedules. Enqueueing a
 * job that is live already does nothing, so it need not know what is lost and what is only slow.
 */
export function makeReconcile(options: ReconcileOptions): () => Promise<void> {
  const { store, runs, producer, ensureSchedules, clock, onFound, onError } = options;
  const stale = () => ({ now: clock(), staleMs: STALE_MS, limit: LIMIT });

  const updates = async (): Promise<number> => {
    const found = await store.stuckUpdates(stale());
    for (const job of ['answer.grade', 'command.run'] as const) {
      const items = found
        .filter((update) => update.job === job)
        .map(({ seq, botId, updateId }) => ({
          payload: { updateSeq: seq },
          jobId: `update-${botId}-${updateId}`,
        }));
      if (items.length > 0) await producer.enqueueMany(job, items);
    }
    return found.length;
  };

  const deliveries = async (): Promise<number> => {
    const found = await store.stuckDeliveries(stale());
    const items = found.map((deliveryId) => ({ payload: { deliveryId }, jobId: `send-${deliveryId}` }));
    if (items.length > 0) await producer.enqueueMany('delivery.send', items);
    return found.length;
  };

  const expiries = async (): Promise<number> => {
    const now = new Date(clock().getTime() - EXPIRY_GRACE_MS);
    const found = await store.dueExpiries({ now, staleMs: STALE_MS, limit: LIMIT });
    const items = found.map((deliveryId) => ({ payload: { deliveryId }, jobId: `expire-${deliveryId}` }));
    if (items.length > 0) await producer.enqueueMany('delivery.expire', items);
    return found.length;
  };

  const all = async (what: 'update' | 'delivery' | 'expiry', some: () => Promise<number>): Promise<void> => {
    for (;;) {
      const count = await some();
      if (count > 0) onFound(what, count);
      if (count < LIMIT) return;
    }
  };

  return async () => {
    const steps = [
      () => all('update', updates),
      () => all('expiry', expiries),
      () => all('delivery', deliveries),
      () => runs.summarise(clock()),
      () => ensureSchedules(),
    ];
    // One step in trouble must not keep the others from their work.
    for (const step of steps) await step().catch(onError);
  };
}
