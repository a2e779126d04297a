import { ServiceRegistry, type Tracing, untraced } from '@rung/platform';
import { type Backend, openQueue, type RawQueue } from './backend.ts';
import type { QueueName } from './catalogue.ts';
import { within } from './deadline.ts';
import { type ConnectionLog, type JobsLogger, makeConnectionLog } from './log.ts';
import { type JobMetrics, makeJobMetrics } from './metrics.ts';
import { isPostgres, makePostgresBackend } from './postgresBackend.ts';
import { makeRedisBackend } from './redisBackend.ts';

export interface QueuesOptions {
  /** `redis://`, `rediss://` or `postgres://`. */
  readonly url: string;
  readonly logger: JobsLogger;
  /** Where the metrics of jobs go; without one they are counted for nobody. */
  readonly registry?: ServiceRegistry;
  /** Records what is enqueued and run; default: nothing is recorded. */
  readonly tracing?: Tracing;
  /** Broadcast budget of the bot: `deliveries` runs at most this many jobs a second, over all workers. Default 25. */
  readonly telegramMessagesPerSecond?: number;
}

/** One process's way to the queues: producers, consumers and schedules share its connections. */
export interface Queues {
  readonly backend: Backend;
  readonly log: ConnectionLog;
  readonly logger: JobsLogger;
  readonly registry: ServiceRegistry;
  readonly metrics: JobMetrics;
  readonly tracing: Tracing;
  readonly telegramMessagesPerSecond: number;
  /** The queue, connected on first use; rejects while the server is away and tries anew when asked again. */
  queue(name: QueueName): Promise<RawQueue>;
  /** Lets go of the connections, at once. Close consumers first. */
  close(): Promise<void>;
}

const closeWithinMs = 2000;

/** Opens the connections without waiting for them: a server that is away is waited for, and returned to, in the background. */
export function connectQueues(options: QueuesOptions): Queues {
  const { url, logger, registry = new ServiceRegistry() } = options;
  const { tracing = untraced, telegramMessagesPerSecond = 25 } = options;
  const log = makeConnectionLog(logger, url);
  const backend = isPostgres(url) ? makePostgresBackend(url, log) : makeRedisBackend(url, log);
  const opened = new Map<QueueName, Promise<RawQueue>>();

  function queue(name: QueueName): Promise<RawQueue> {
    const known = opened.get(name);
    if (known !== undefined) return known;
    const opening = openQueue(backend, name, log);
    opened.set(name, opening);
    opening.catch(() => opened.delete(name));
    return opening;
  }

  async function close(): Promise<void> {
    const queues = await Promise.allSettled(
      [...opened.values()].map((opening) => within(closeWithinMs, opening)),
    );
    const closing = queues.map((result) =>
      result.status === 'fulfilled' ? result.value.close() : undefined,
    );
    await within(closeWithinMs, Promise.allSettled(closing)).catch(() => undefined);
    await within(closeWithinMs, backend.close()).catch((error) => log.trouble('close', error));
  }

  const metrics = makeJobMetrics(registry);
  return { backend, log, logger, registry, metrics, tracing, telegramMessagesPerSecond, queue, close };
}

/** Whether the queue's server answers within a second; for readiness. */
export async function ping(queues: Queues): Promise<boolean> {
  try {
    await within(1000, queues.backend.reachable());
    return true;
  } catch {
    return false;
  }
}

/**
 * Connects queues ahead of their first use, which has little time and would spend it on connecting. Resolves when they are
 * connected, or after `timeoutMs` (2,000): then, or when their server is away, the first use connects them.
 */
export async function openQueues(
  queues: Queues,
  names: readonly QueueName[],
  timeoutMs = 2_000,
): Promise<void> {
  const opening = Promise.all(names.map((name) => queues.queue(name)));
  await within(timeoutMs, opening).catch(() => undefined);
}
