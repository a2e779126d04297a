import type { IncomingUpdate, StoredUpdate } from '@rung/db';
import type { Producer } from '@rung/jobs';

/** Enqueues the jobs of stored updates, many at a time, without making anybody wait for the queue. */
export interface Enqueuer {
  add(updates: readonly { update: IncomingUpdate; stored: StoredUpdate }[]): void;
  /** Waits until nothing is left to be enqueued. */
  drain(): Promise<void>;
}

type UpdateJob = 'answer.grade' | 'command.run';

/** How long one attempt may take; the reconciler brings back what it leaves out. */
const TIMEOUT_MS = 100;
/** With a queue that is away, more than this is left to the reconciler. */
const MOST_WAITING = 10_000;

/** One attempt at a time: what is stored meanwhile goes with the next. */
export function makeEnqueuer(producer: Pick<Producer, 'enqueueMany'>): Enqueuer {
  let waiting: { job: UpdateJob; item: { payload: { updateSeq: string }; jobId: string } }[] = [];
  let underWay: Promise<void> | null = null;

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      for (const name of ['answer.grade', 'command.run'] as const) {
        const items = batch.filter(({ job }) => job === name).map(({ item }) => item);
        if (items.length > 0) await producer.enqueueMany(name, items, { timeoutMs: TIMEOUT_MS });
      }
    }
    underWay = null;
  };

  return {
    add(updates) {
      for (const { update, stored } of updates) {
        // A repeated update has its job already, or the reconciler will give it one.
        if (update.job === null || stored.seq === null || stored.quarantined) continue;
        if (waiting.length >= MOST_WAITING) return;
        const jobId = `update-${update.botId}-${update.updateId}`;
        waiting.push({ job: update.job, item: { payload: { updateSeq: stored.seq }, jobId } });
      }
      // With nothing to enqueue the run would be over before it is noted as under way, for ever.
      if (waiting.length > 0) underWay ??= run();
    },
    async drain() {
      await underWay;
    },
  };
}
