import type { Backlog, ReconcilerStore, RunStore, Waiting, WaitingUpdate } from '@rung/db';
import type { EnqueueItem, JobName, Producer } from '@rung/jobs';

type Found = 'update' | 'delivery' | 'expiry';

export interface ReconcileOptions {
  readonly store: ReconcilerStore;
  readonly runs: Pick<RunStore, 'summarise'>;
  readonly producer: Pick<Producer, 'enqueueMany'>;
  /** Those of these jobs that the queue does not have. */
  readonly findMissing: (name: JobName, jobIds: readonly string[]) => Promise<string[]>;
  /** Puts back job schedulers that are gone. */
  readonly ensureSchedules: () => Promise<boolean>;
  readonly clock: () => Date;
  /** Rows looked at together. */
  readonly pageSize: number;
  /** Pages of one kind in one tick; the next tick goes on from there. */
  readonly pagesPerTick: number;
  readonly onFound: (what: Found, count: number) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * How long work may stand still before it is enqueued again: longer than a stalled job takes on its way through
 * isolation, and with a minute's tick still well under 120 s.
 */
const STALE_MS = 45_000;
/** An update that came just before an expiry may still be on its way into the inbox. */
const EXPIRY_GRACE_MS = 2_000;

/**
 * Brings back, from PostgreSQL alone, what the queue has lost: updates, deliveries, expiries, schedules. What is still
 * in the queue is left alone, however long it has waited there: a backlog is no loss, and enqueueing all of it again
 * at every tick would cost more than working it off. `beat` is called for each page: a long search is no standing still.
 */
export function makeReconcile(options: ReconcileOptions): (beat: () => void) => Promise<void> {
  const { store, runs, producer, findMissing, ensureSchedules, clock, onFound, onError } = options;
  const { pageSize, pagesPerTick } = options;

  /** Goes through one backlog, as far as one tick may go; the first pages come again after the last. */
  function search<Row extends Waiting, K extends JobName>(
    what: Found,
    job: K,
    backlog: Backlog<Row>,
    item: (row: Row) => EnqueueItem<K>,
    graceMs = 0,
  ): (beat: () => void) => Promise<void> {
    let after: Waiting | null = null;
    return async (beat) => {
      for (let page = 0; page < pagesPerTick; page++) {
        const staleness = { now: new Date(clock().getTime() - graceMs), staleMs: STALE_MS };
        const rows = await backlog.page({ ...staleness, limit: pageSize, after });
        const enqueued = await enqueueMissing(rows, staleness);
        beat();
        if (!enqueued) return;
        after = rows.length < pageSize ? null : (rows.at(-1) ?? null);
        if (after === null) return;
      }
    };

    /** False when the queue does not take them; they come again once they are stale again. */
    async function enqueueMissing(
      rows: readonly Row[],
      staleness: { now: Date; staleMs: number },
    ): Promise<boolean> {
      const missing = new Set(
        await findMissing(
          job,
          rows.map((row) => item(row).jobId),
        ),
      );
      const lost = rows.filter((row) => missing.has(item(row).jobId));
      const own = await backlog.handOut(
        lost.map((row) => row.id),
        staleness,
      );
      if (own.size === 0) return true;
      onFound(what, own.size);
      return (await producer.enqueueMany(job, lost.filter((row) => own.has(row.id)).map(item))) !== false;
    }
  }

  const update = ({ id, botId, updateId }: WaitingUpdate) => ({
    payload: { updateSeq: id },
    jobId: `update-${botId}-${updateId}`,
  });
  const delivery =
    (verb: 'send' | 'expire') =>
    ({ id }: Waiting) => ({ payload: { deliveryId: id }, jobId: `${verb}-${id}` });

  const steps = [
    search('update', 'answer.grade', store.updates('answer.grade'), update),
    search('update', 'command.run', store.updates('command.run'), update),
    search('expiry', 'delivery.expire', store.overdue, delivery('expire'), EXPIRY_GRACE_MS),
    search('expiry', 'delivery.expire', store.untold, delivery('expire')),
    search('delivery', 'delivery.send', store.deliveries, delivery('send')),
    () => runs.summarise(clock()),
    () => ensureSchedules(),
  ];
  return async (beat) => {
    // One step in trouble must not keep the others from their work.
    for (const step of steps) await step(beat).catch(onError);
  };
}
