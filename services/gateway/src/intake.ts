import type { InboxStore, IncomingUpdate, StoredUpdate } from '@rung/db';

/** A job to enqueue for an update that is stored. */
export interface UpdateJob {
  readonly job: 'answer.grade' | 'command.run';
  readonly updateSeq: string;
  readonly jobId: string;
}

export interface IntakeOptions {
  readonly inbox: InboxStore;
  /** Tries to enqueue; bounded in time, and never rejects: the reconciler brings back what is lost. */
  readonly enqueue: (jobs: readonly UpdateJob[]) => Promise<void>;
  /** Most updates that share one insert (200). */
  readonly batchSize?: number;
  /** An update that is not durable after this long is refused (450 ms). */
  readonly timeoutMs?: number;
  /** Most updates that wait at a time; more are refused at once (5,000). */
  readonly maxWaiting?: number;
}

/** Makes updates durable. */
export interface Intake {
  /** Resolves once the update is stored; rejects with NotDurable when it could not be in time. */
  accept(update: IncomingUpdate): Promise<StoredUpdate>;
  /** Waits for everything under way, enqueueing included. */
  drain(): Promise<void>;
}

/** The update could not be made durable; whoever sent it has to send it again. */
export class NotDurable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'NotDurable';
  }
}

interface Waiting {
  readonly update: IncomingUpdate;
  readonly resolve: (stored: StoredUpdate) => void;
  readonly reject: (error: Error) => void;
  readonly deadline: number;
}

/**
 * Group commit: while one insert is under way the next updates gather, and share the insert after it. Under load that
 * costs one transaction for many updates; an update that comes alone waits for nobody.
 */
export function makeIntake(options: IntakeOptions): Intake {
  const { inbox, enqueue, batchSize = 200, timeoutMs = 450, maxWaiting = 5_000 } = options;
  const waiting: Waiting[] = [];
  const underWay = new Set<Promise<void>>();
  let storing = false;

  const track = (work: Promise<void>): void => {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  };

  const storeBatch = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const stored = await inbox.store(batch.map((entry) => entry.update));
      track(enqueue(jobsOf(batch, stored)));
      for (const [i, entry] of batch.entries()) entry.resolve(stored[i] as StoredUpdate);
    } catch (error) {
      for (const entry of batch)
        entry.reject(new NotDurable('the inbox cannot be written', { cause: error }));
    }
  };

  const run = async (): Promise<void> => {
    storing = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, batchSize).filter((entry) => entry.deadline > performance.now());
      if (batch.length > 0) await storeBatch(batch);
    }
    storing = false;
  };

  return {
    accept(update) {
      if (waiting.length >= maxWaiting) return Promise.reject(new NotDurable('too many updates are waiting'));
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new NotDurable('the inbox did not answer in time')), timeoutMs);
        const settle =
          <T>(then: (value: T) => void) =>
          (value: T) => {
            clearTimeout(timer);
            then(value);
          };
        waiting.push({
          update,
          resolve: settle(resolve),
          reject: settle(reject),
          deadline: performance.now() + timeoutMs,
        });
        if (!storing) track(run());
      });
    },
    async drain() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

/** Updates that were stored just now; a repeated one has its job already, or the reconciler will give it one. */
function jobsOf(batch: readonly Waiting[], stored: readonly StoredUpdate[]): UpdateJob[] {
  return batch.flatMap(({ update }, i) => {
    const seq = stored[i]?.seq ?? null;
    if (seq === null || update.job === null || stored[i]?.quarantined) return [];
    return [{ job: update.job, updateSeq: seq, jobId: `update-${update.botId}-${update.updateId}` }];
  });
}
