import type { BackendFactory, Processor, QueueOptions } from 'bullmq';
import { type IQueueBackend, type Job, Queue, Worker, type WorkerOptions } from 'bullmq';
import { within } from './deadline.ts';
import type { ConnectionLog } from './log.ts';
import type { RedisMemory } from './redisMemory.ts';

/** A job as BullMQ hands it out: its data is not yet parsed. */
export type RawJob = Job<unknown, void, string>;
export type RawQueue = Queue<unknown, void, string, unknown, void, string, IQueueBackend, unknown>;
export type RawWorker = Worker<unknown, void, string, IQueueBackend, RawJob['progress'], unknown>;

/** Where queues live: Redis or PostgreSQL. It owns the connections that all queues and workers of a process share. */
export interface Backend {
  /** Resolves when the server answers and is fit for use; else rejects. */
  reachable(): Promise<void>;
  readonly factory: BackendFactory<IQueueBackend, unknown>;
  /** Those of `jobIds` that are in a queue, in whatever state; about a thousand at a time. */
  present(queue: string, jobIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** What the server says of its memory; only Redis has such limits. */
  memory?(): Promise<RedisMemory>;
  close(): Promise<void>;
}

const readyWithinMs = 5000;

/** Braces keep all keys of a queue on one node of a Redis Cluster. The PostgreSQL backend has its schema instead. */
export const prefix = '{rung}';

const shared = { connection: 'of the backend', prefix };

const queueOptions: QueueOptions<unknown> = {
  ...shared,
  // Nobody reads the event stream.
  streams: { events: { maxLen: 1000 } },
};

/**
 * A queue that is ready to use. BullMQ remembers a failed first connection for ever, so an object that did not get
 * ready is thrown away, and none is made before the server answers.
 */
export async function openQueue(backend: Backend, name: string, log: ConnectionLog): Promise<RawQueue> {
  await backend.reachable();
  const queue: RawQueue = new Queue(name, queueOptions, backend.factory);
  queue.on('error', (error) => log.trouble(`queue ${name}`, error));
  return whenReady(queue, () => queue.close());
}

/** A worker that is ready to `run()`; otherwise like `openQueue`. */
export async function openWorker(
  backend: Backend,
  name: string,
  process: Processor<unknown, void, string>,
  options: Omit<WorkerOptions<unknown>, 'connection'>,
  log: ConnectionLog,
): Promise<RawWorker> {
  await backend.reachable();
  const worker: RawWorker = new Worker(
    name,
    process,
    { ...options, ...shared, autorun: false },
    backend.factory,
  );
  worker.on('error', (error) => log.trouble(`worker ${name}`, error));
  return whenReady(worker, () => worker.close(true));
}

async function whenReady<T extends { waitUntilReady(): Promise<void> }>(
  made: T,
  discard: () => Promise<void>,
): Promise<T> {
  try {
    await within(readyWithinMs, made.waitUntilReady());
    return made;
  } catch (error) {
    void discard().catch(() => undefined);
    throw error;
  }
}
