import { withCorrelation } from '@rung/platform';
import { DelayedError, RateLimitError, UnrecoverableError } from 'bullmq';
import type { RawJob } from './backend.ts';
import { catalogue, isJobName, type QueueName } from './catalogue.ts';
import { Final, PauseQueue, Postpone } from './errors.ts';
import type { RunJob } from './handlers.ts';
import { standingOptions } from './jobOptions.ts';
import type { Outcome } from './metrics.ts';
import type { Queues } from './queues.ts';
import { traceRun } from './traces.ts';

/**
 * What happens to a job that a worker of `queue` picked up: it is isolated, or its handler runs and its error is
 * translated into BullMQ's terms. Returning completes the job.
 */
export function makeProcessor(
  queues: Queues,
  queue: QueueName,
  dispatch: (name: string) => RunJob,
): (job: RawJob, token?: string) => Promise<void> {
  return async (job, token) => {
    const started = performance.now();
    let outcome: Outcome = 'completed';
    try {
      if (job.stalledCounter > 0 && queue !== 'isolation') {
        await isolate(queues, job);
        outcome = 'isolated';
        return;
      }
      const waited = job.attemptsStarted === 1 ? waitedSeconds(job) : null;
      if (waited !== null) queues.metrics.waited(queue, job.name, waited);
      const jobId = job.id ?? '';
      const context = { jobId, attempt: job.attemptsMade + 1, correlationId: jobId };
      await withCorrelation(jobId, () => trace(job, waited, () => dispatch(job.name)(job.data, context)));
    } catch (error) {
      outcome = outcomeOf(error, job);
      throw await translate(error, job, token);
    } finally {
      queues.metrics.ran(queue, job.name, outcome, (performance.now() - started) / 1000);
    }
  };

  function trace(job: RawJob, waited: number | null, run: () => Promise<void>): Promise<void> {
    if (!queues.tracing.on) return run();
    const about = { queue, waitedSeconds: waited, outcomeOf: (error: unknown) => outcomeOf(error, job) };
    return traceRun(queues.tracing, job, about, run);
  }

  async function translate(error: unknown, job: RawJob, token: string | undefined): Promise<unknown> {
    if (error instanceof Postpone) return postpone(error.untilMs, job, token);
    if (error instanceof PauseQueue) return pause(error.ms, job, token);
    if (error instanceof Final) return new UnrecoverableError(error.message);
    return error;
  }

  async function postpone(untilMs: number, job: RawJob, token: string | undefined): Promise<Error> {
    await job.moveToDelayed(untilMs, token);
    return new DelayedError();
  }

  async function pause(ms: number, job: RawJob, token: string | undefined): Promise<Error> {
    const home = isJobName(job.name) ? catalogue[job.name].queue : queue;
    await (await queues.queue(home)).rateLimit(Math.ceil(ms));
    // A job that is not at home has nobody beside it to hold up.
    return home === queue ? new RateLimitError() : postpone(Date.now() + ms, job, token);
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

function outcomeOf(error: unknown, job: RawJob): Outcome {
  if (error instanceof Postpone) return 'postponed';
  if (error instanceof PauseQueue) return 'paused';
  if (error instanceof Final || error instanceof UnrecoverableError) return 'failed';
  return job.attemptsMade + 1 >= (job.opts.attempts ?? 1) ? 'failed' : 'retried';
}

function waitedSeconds(job: RawJob): number {
  return ((job.processedOn ?? Date.now()) - job.timestamp - (job.opts.delay ?? 0)) / 1000;
}
