import type { RawJob, RawWorker } from './backend.ts';
import type { Queues } from './queues.ts';

/** A job that has failed for good and is no longer in any queue. */
export interface DeadLetter {
  readonly queue: string;
  readonly name: string;
  readonly jobId: string;
  readonly payload: unknown;
  /** The last error's message, without credentials, at most 1,000 characters. */
  readonly error: string;
  /** Failed attempts. */
  readonly attempts: number;
  readonly failedAt: Date;
}

/**
 * Hands `onDead` every job that fails for good on this worker: attempts exhausted, Final, bad payload, or stalled too
 * often (BullMQ lets the worker that picks such a job up fail it). The returned function waits for letters under way.
 */
export function collectDeadLetters(
  queues: Queues,
  worker: RawWorker,
  onDead: (letter: DeadLetter) => Promise<void>,
): () => Promise<void> {
  const underWay = new Set<Promise<void>>();

  worker.on('failed', (job, error) => {
    if (job === undefined) return;
    const fields = { queue: worker.name, job: job.name, jobId: job.id, attempt: job.attemptsMade };
    // Set only when no attempt is left.
    if (job.finishedOn === undefined) {
      queues.logger.warn('job will be retried', { ...fields, error: queues.log.describe(error) });
      return;
    }
    // It stalled too often, so no handler ran that would have been counted.
    if (job.deferredFailure !== undefined) queues.metrics.ran(worker.name, job.name, 'failed', 0);
    queues.logger.error('job failed for good', { ...fields, error: queues.log.describe(error) });
    const writing = write(job, error, job.finishedOn).finally(() => underWay.delete(writing));
    underWay.add(writing);
  });

  async function write(job: RawJob, error: Error, finishedOn: number): Promise<void> {
    try {
      await onDead({
        queue: worker.name,
        name: job.name,
        jobId: job.id ?? '',
        payload: job.data,
        error: queues.log.describe(error),
        attempts: job.attemptsMade,
        failedAt: new Date(finishedOn),
      });
    } catch (cause) {
      // Its row is not marked dead then: the reconciler brings the job back and it dies again.
      queues.logger.error('dead letter not written', { jobId: job.id, error: queues.log.describe(cause) });
    }
  }

  return async () => {
    await Promise.all(underWay);
  };
}
