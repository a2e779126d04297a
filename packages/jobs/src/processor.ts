import { withCorrelation } from '@rung/platform';
import { DelayedError, type Processor, RateLimitError, UnrecoverableError } from 'bullmq';
import type { RawJob } from './backend.ts';
import { catalogue, isJobName, type QueueName } from './catalogue.ts';
import { Final, PauseQueue, Postpone } from './errors.ts';
import type { JobContext } from './handlers.ts';
import { standingOptions } from './jobOptions.ts';
import type { Outcome } from './metrics.ts';
import type { Queues } from './queues.ts';

/**
 * What happens to a job that a worker picked up: it is isolated, or its handler runs and its error is translated into
 * BullMQ's terms. Returning completes the job.
 */
export function makeProcessor(
  queues: Queues,
  queue: QueueName,
  dispatch: (name: string) => (data: unknown, context: JobContext) => Promise<void>,
): Processor<unknown, void, string> {
  return async (job: RawJob, token?: string) => {
    const started = performance.now();
    const outcome = await run(job, token, started);
    queues.metrics.ran(queue, job.name, outcome, (performance.now() - started) / 1000);
  };

  async function run(job: RawJob, token: string | undefined, started: number): Promise<Outcome> {
    if (job.stalledCounter > 0 && queue !== 'isolation') {
      await isolate(queues, job);
      return 'isolated';
    }
    if (job.attemptsStarted === 1) queues.metrics.waited(queue, job.name, waitedSeconds(job));
    const jobId = job.id ?? '';
    try {
      const handle = dispatch(job.name);
      const context = { jobId, attempt: job.attemptsMade + 1, correlationId: jobId };
      await withCorrelation(jobId, () => handle(job.data, context));
      return 'completed';
    } catch (error) {
      const { outcome, rethrow } = await settle(error, job, token);
      queues.metrics.ran(queue, job.name, outcome, (performance.now() - started) / 1000);
      throw rethrow;
    }
  }

  async function settle(
    error: unknown,
    job: RawJob,
    token: string | undefined,
  ): Promise<{ outcome: Outcome; rethrow: unknown }> {
    if (error instanceof Postpone) {
      await job.moveToDelayed(error.untilMs, token);
      return { outcome: 'postponed', rethrow: new DelayedError() };
    }
    if (error instanceof PauseQueue) return { outcome: 'paused', rethrow: await pause(error.ms, job, token) };
    if (error instanceof Final || error instanceof UnrecoverableError) {
      return { outcome: 'failed', rethrow: new UnrecoverableError(error.message) };
    }
    const exhausted = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
    return { outcome: exhausted ? 'failed' : 'retried', rethrow: error };
  }

  async function pause(ms: number, job: RawJob, token: string | undefined): Promise<Error> {
    const home = isJobName(job.name) ? catalogue[job.name].queue : queue;
    await (await queues.queue(home)).rateLimit(Math.ceil(ms));
    if (home === queue) return new RateLimitError();
    // In isolation there is nobody else to hold up.
    await job.moveToDelayed(Date.now() + ms, token);
    return new DelayedError();
  }
}

/** A job that may have killed its worker goes on where it can hurt nobody but itself. */
async function isolate(queues: Queues, job: RawJob): Promise<void> {
  const options = isJobName(job.name)
    ? standingOptions(job.name)
    : { removeOnComplete: true, removeOnFail: true };
  const isolation = await queues.queue('isolation');
  await isolation.add(job.name, job.data, { ...options, ...(job.id !== undefined && { jobId: job.id }) });
  queues.logger.warn('job isolated', { queue: job.queueName, job: job.name, jobId: job.id });
}

function waitedSeconds(job: RawJob): number {
  return ((job.processedOn ?? Date.now()) - job.timestamp - (job.opts.delay ?? 0)) / 1000;
}
