import type { RawQueue } from './backend.ts';
import { type QueueName, queueNames } from './catalogue.ts';
import { within } from './deadline.ts';
import type { Queues } from './queues.ts';

const timeoutMs = 1000;
const states = ['waiting', 'prioritized', 'delayed', 'active'] as const;

/**
 * Adds `rung_queue_jobs{queue,state}` and `rung_queue_oldest_job_age_seconds{queue}` to the registry of `queues`. Each
 * scrape asks the queues, a second at most; what does not answer is absent rather than wrong.
 */
export function queueCounts(queues: Queues): void {
  queues.registry.gauge({
    name: 'rung_queue_jobs',
    help: 'Jobs in a queue by state',
    labelNames: ['queue', 'state'],
    async collect() {
      this.reset();
      await askAll(async (queue, name) => {
        const counts = await queue.getJobCounts(...states);
        for (const state of states) this.set({ queue: name, state }, counts[state] ?? 0);
      });
    },
  });

  queues.registry.gauge({
    name: 'rung_queue_oldest_job_age_seconds',
    help: 'How long ago the job that has been due longest in a queue became due; 0 when none waits',
    labelNames: ['queue'],
    async collect() {
      this.reset();
      await askAll(async (queue, name) => this.set({ queue: name }, await oldestAgeSeconds(queue)));
    },
  });

  async function askAll(ask: (queue: RawQueue, name: QueueName) => Promise<void>): Promise<void> {
    await Promise.all(
      queueNames.map((name) =>
        within(
          timeoutMs,
          queues.queue(name).then((queue) => ask(queue, name)),
        ).catch((error) => queues.log.trouble(`count ${name}`, error)),
      ),
    );
  }
}

async function oldestAgeSeconds(queue: RawQueue): Promise<number> {
  const { waiting = 0 } = await queue.getJobCounts('waiting');
  // The oldest is at one end on Redis and at the other on PostgreSQL.
  const ends = await Promise.all([
    queue.getWaiting(0, 0),
    queue.getWaiting(Math.max(0, waiting - 1), Math.max(0, waiting - 1)),
    queue.getPrioritized(0, 0),
  ]);
  const ages = ends.flat().map((job) => (Date.now() - job.timestamp - (job.opts.delay ?? 0)) / 1000);
  return Math.max(0, ...ages);
}
