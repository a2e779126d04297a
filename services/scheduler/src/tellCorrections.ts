import type { CorrectionStore } from '@rung/db';
import type { Producer } from '@rung/jobs';

export interface TellCorrectionsOptions {
  readonly store: Pick<CorrectionStore, 'due'>;
  readonly producer: Pick<Producer, 'enqueueMany'>;
  readonly clock: () => Date;
}

/** News of a correction that was enqueued may take that long before it is enqueued again. */
const STALE_MS = 600_000;
/** Corrections enqueued in one tick: a fix of an old question can concern everybody, and their daily questions go first. */
const LIMIT = 1_000;

/** Regrades what fixed keys have left over, and enqueues the news for learners who have not been told; returns how many. */
export function makeTellCorrections({
  store,
  producer,
  clock,
}: TellCorrectionsOptions): () => Promise<number> {
  return async () => {
    const due = await store.due({ now: clock(), staleMs: STALE_MS, limit: LIMIT });
    const items = due.map((answerId) => ({ payload: { answerId }, jobId: `correction-${answerId}` }));
    if (items.length > 0) await producer.enqueueMany('correction.tell', items);
    return due.length;
  };
}
