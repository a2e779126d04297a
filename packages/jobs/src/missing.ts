import { catalogue, type JobName, type QueueName } from './catalogue.ts';
import { within } from './deadline.ts';
import type { Queues } from './queues.ts';

/** Ids asked for at a time. */
const chunkSize = 1000;
const timeoutMs = 5000;

/**
 * Those of `jobIds` that are neither in the queue of the job `name` nor in `isolation`, in order. Asks by id: a backlog
 * of any length costs the queue nothing. Rejects when the queue does not answer within 5 s.
 */
export async function findMissing(
  queues: Queues,
  name: JobName,
  jobIds: readonly string[],
): Promise<string[]> {
  const missing: string[] = [];
  for (let start = 0; start < jobIds.length; start += chunkSize) {
    // A job that has stalled is in isolation before it leaves its own queue: asked in this order it is always seen.
    const notAtHome = await notIn(queues, catalogue[name].queue, jobIds.slice(start, start + chunkSize));
    missing.push(...(await notIn(queues, 'isolation', notAtHome)));
  }
  return missing;
}

async function notIn(queues: Queues, queue: QueueName, jobIds: readonly string[]): Promise<string[]> {
  if (jobIds.length === 0) return [];
  const asked = queues.queue(queue).then(() => queues.backend.present(queue, jobIds));
  const present = await within(timeoutMs, asked);
  return jobIds.filter((jobId) => !present.has(jobId));
}
