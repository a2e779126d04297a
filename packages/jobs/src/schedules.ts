import type { RawQueue } from './backend.ts';
import type { JobName } from './catalogue.ts';
import { within } from './deadline.ts';
import { standingOptions } from './jobOptions.ts';
import type { Queues } from './queues.ts';

/** Cron patterns, in UTC, of the jobs that come by the clock. Only ticks: what is due stands in the database. */
const schedules: readonly { readonly name: JobName; readonly pattern: string }[] = [
  { name: 'daily.distribute', pattern: '* * * * *' },
  { name: 'calibration.run', pattern: '15 3 * * *' },
  { name: 'retention.run', pattern: '45 3 * * *' },
];

const tz = 'Etc/UTC';
const timeoutMs = 5000;

/**
 * Sees to it that every schedule is there and has its next job. One that is as it should be is left alone, since setting it
 * again drops a run that is due. Resolves with whether any had to be set; rejects when the queue does not answer in 5 s.
 */
export async function ensureSchedules(queues: Queues): Promise<boolean> {
  return within(timeoutMs, ensure());

  async function ensure(): Promise<boolean> {
    const queue = await queues.queue('schedule');
    let restored = false;
    for (const { name, pattern } of schedules) {
      if (await ticks(queue, name, pattern)) continue;
      await queue.upsertJobScheduler(name, { pattern, tz }, { name, data: {}, opts: standingOptions(name) });
      queues.logger.info('schedule set', { job: name, pattern });
      restored = true;
    }
    return restored;
  }
}

async function ticks(queue: RawQueue, name: JobName, pattern: string): Promise<boolean> {
  const scheduler = await queue.getJobScheduler(name);
  if (scheduler === undefined || scheduler.pattern !== pattern || scheduler.tz !== tz) return false;
  if ((await queue.getJob(nextJobId(name, scheduler.next))) !== undefined) return true;
  // Between the two questions the job may have run and been replaced by the one after it.
  const later = await queue.getJobScheduler(name);
  return later !== undefined && later.next !== scheduler.next;
}

/** BullMQ's own naming of the job that a scheduler has waiting. */
function nextJobId(name: JobName, next: number | undefined): string {
  return `repeat:${name}:${next}`;
}
