import { deliverySubject, type Subject, type Tracing } from '@rung/platform';
import type { RawJob } from './backend.ts';
import { catalogue, isJobName, type JobName } from './catalogue.ts';
import type { Outcome } from './metrics.ts';

/** What a job is about, by its id; null for what is neither about an update nor about a delivery. */
function subjectOf(jobId: string): Subject | null {
  if (jobId.startsWith('update-')) return jobId as Subject;
  const delivery = /^(?:send|reminder|expire)-(\d+)$/.exec(jobId)?.[1];
  return delivery === undefined ? null : deliverySubject(delivery);
}

/** Records that these jobs were enqueued together, each in the trace of what it is about. */
export function traceEnqueued(
  tracing: Tracing,
  name: JobName,
  jobIds: readonly string[],
  { startedAt, added }: { startedAt: number; added: boolean },
): void {
  const attributes = {
    'messaging.system': 'bullmq',
    'messaging.destination.name': catalogue[name].queue,
    'messaging.batch.message_count': jobIds.length,
  };
  const details = { kind: 'producer', attributes, failure: added ? undefined : 'not_added' } as const;
  for (const jobId of jobIds) {
    const subject = subjectOf(jobId);
    if (subject !== null) tracing.ended(subject, `enqueue ${name}`, details, startedAt);
  }
}

/** What a span says of one run of a job. */
export interface TracedRun {
  readonly queue: string;
  /** From when the job was due to its first start; null for a later start. */
  readonly waitedSeconds: number | null;
  /** What an error of its handler makes of the job. */
  readonly outcomeOf: (error: unknown) => Outcome;
}

/** Runs a job's handler in a span of what it is about. To have to wait is no failure of a job. */
export function traceRun(
  tracing: Tracing,
  job: RawJob,
  { queue, waitedSeconds, outcomeOf }: TracedRun,
  run: () => Promise<void>,
): Promise<void> {
  // What is no job of ours may be called anything.
  const name = isJobName(job.name) ? job.name : 'unknown job';
  const attributes = {
    'messaging.system': 'bullmq',
    'messaging.destination.name': queue,
    'rung.job.start': job.attemptsStarted,
    ...(waitedSeconds !== null && { 'rung.job.wait_seconds': waitedSeconds }),
  };
  const isExpected = (error: unknown) => ['postponed', 'paused'].includes(outcomeOf(error));
  const details = { kind: 'consumer', attributes, isExpected } as const;
  return tracing.run(subjectOf(job.id ?? ''), name, details, async (describe) => {
    try {
      await run();
    } catch (error) {
      describe({ 'rung.job.outcome': outcomeOf(error) });
      throw error;
    }
  });
}
