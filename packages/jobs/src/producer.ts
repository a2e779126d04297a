import type { RawQueue } from './backend.ts';
import { catalogue, type JobName, jobNames, type Payload } from './catalogue.ts';
import { within } from './deadline.ts';
import { jobOptions } from './jobOptions.ts';
import type { Queues } from './queues.ts';
import { traceEnqueued } from './traces.ts';

export interface EnqueueOptions {
  /** Keeps live jobs apart: while one of that id is in the queue, adding it again does nothing. Words with hyphens, `send-42`. */
  readonly jobId: string;
  /** Not before that many milliseconds from now. */
  readonly delayMs?: number;
  /** 1 (first) to 2,097,151; jobs without one go before. Default: the catalogue's. */
  readonly priority?: number;
  /** Default 100. */
  readonly timeoutMs?: number;
}

export interface EnqueueItem<K extends JobName> {
  readonly payload: Payload<K>;
  readonly jobId: string;
  readonly delayMs?: number;
}

/**
 * Adds jobs to their queues. The database holds what must happen, so a queue that is away or slow costs the caller no
 * more than the timeout, is logged and counted, and is never an error. What timed out may still have been added.
 */
export interface Producer {
  /** Whether the job is known to be in its queue. Throws a TypeError for a job id without a hyphen. */
  enqueue<K extends JobName>(name: K, payload: Payload<K>, options: EnqueueOptions): Promise<boolean>;
  /** Adds items in order, many at a time. Their number, or false when some may be missing: then enqueue all of them again. `timeoutMs` (default 10,000) is for all. */
  enqueueMany<K extends JobName>(
    name: K,
    items: readonly EnqueueItem<K>[],
    options?: { readonly timeoutMs?: number },
  ): Promise<number | false>;
}

const chunkSize = 1000;

export function makeProducer(queues: Queues): Producer {
  for (const name of jobNames) queues.metrics.lost(catalogue[name].queue, name, 0);

  async function attempt(
    name: JobName,
    count: number,
    timeoutMs: number,
    add: (queue: RawQueue) => Promise<unknown>,
  ): Promise<boolean> {
    const home = catalogue[name].queue;
    try {
      await within(timeoutMs, queues.queue(home).then(add));
      return true;
    } catch (error) {
      queues.metrics.lost(home, name, count);
      queues.log.trouble(`enqueue ${name}`, error);
      return false;
    }
  }

  return {
    async enqueue(name, payload, { jobId, delayMs, priority, timeoutMs = 100 }) {
      const options = jobOptions(name, jobId, delayMs);
      if (priority !== undefined) options.priority = priority;
      const startedAt = Date.now();
      const added = await attempt(name, 1, timeoutMs, (queue) => queue.add(name, payload, options));
      if (queues.tracing.on) traceEnqueued(queues.tracing, name, [jobId], { startedAt, added });
      return added;
    },

    async enqueueMany(name, items, { timeoutMs = 10_000 } = {}) {
      const deadline = performance.now() + timeoutMs;
      for (let start = 0; start < items.length; start += chunkSize) {
        const chunk = items.slice(start, start + chunkSize);
        const jobs = chunk.map(({ payload, jobId, delayMs }) => ({
          name,
          data: payload,
          opts: jobOptions(name, jobId, delayMs),
        }));
        const left = Math.max(1, deadline - performance.now());
        const startedAt = Date.now();
        const added = await attempt(name, items.length - start, left, (queue) => queue.addBulk(jobs));
        if (queues.tracing.on) {
          const jobIds = chunk.map(({ jobId }) => jobId);
          traceEnqueued(queues.tracing, name, jobIds, { startedAt, added });
        }
        if (!added) return false;
      }
      return items.length;
    },
  };
}
