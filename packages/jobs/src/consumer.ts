import { setTimeout as delay } from 'node:timers/promises';
import type { WorkerOptions } from 'bullmq';
import { openWorker, type RawWorker } from './backend.ts';
import { jobsOn, type QueueName } from './catalogue.ts';
import { collectDeadLetters, type DeadLetter } from './deadLetters.ts';
import { within } from './deadline.ts';
import { type Handlers, makeDispatch } from './handlers.ts';
import { makeProcessor } from './processor.ts';
import type { Queues } from './queues.ts';

export interface ConsumeOptions {
  /** Jobs at a time in this process. `isolation` wants 1. */
  readonly concurrency: number;
  /** Stores a job that failed for good. If it rejects, that is logged and the letter is gone. */
  readonly onDead: (letter: DeadLetter) => Promise<void>;
  /** How soon a dead worker's jobs come back: about the sum of both. Default 10 s and 5 s. */
  readonly recovery?: { readonly lockDurationMs: number; readonly stalledIntervalMs: number };
}

/** Runs the jobs of one queue, from now until it is closed, whatever becomes of the server in between. */
export interface Consumer {
  /** Resolves once it takes jobs for the first time; rejects when it is closed before. */
  ready(): Promise<void>;
  /** Takes no more jobs; those under way go on. */
  pause(): Promise<void>;
  /** Takes no more jobs and waits for those under way, at most `graceMs`. False when some were left behind: another worker takes them up once their locks expire. */
  close(graceMs: number): Promise<boolean>;
  /** Epoch milliseconds when a job last began or ended here; now, when none is under way. For liveness. */
  readonly lastProgress: number;
}

/**
 * BullMQ's defaults recover a dead worker's jobs after a minute and fail them at the second stall: these take 15 s. A
 * stalled job leaves for `isolation` when it is next picked up, and there the second stall is the last.
 */
const defaultRecovery = { lockDurationMs: 10_000, stalledIntervalMs: 5000 };
const stallsAllowed = 3;
const stallsAllowedInIsolation = 1;

/** An idle worker looks for itself that often, in case a wake-up was lost with a connection. */
const drainDelaySeconds = 2;
const retryAfterMs = 1000;

/** Starts to run the jobs of `queue`. The compiler demands a handler for every one of them. */
export function consume<Q extends QueueName>(
  queues: Queues,
  queue: Q,
  handlers: Handlers<Q>,
  options: ConsumeOptions,
): Consumer {
  const runJob = makeProcessor(queues, queue, makeDispatch(handlers));
  queues.metrics.runs(queue, jobsOn(queue));
  const closing = new AbortController();
  const started = Promise.withResolvers<void>();
  started.promise.catch(() => undefined);
  let worker: RawWorker | undefined;
  let letters = async (): Promise<void> => undefined;
  let paused = false;
  let active = 0;
  let lastProgress = Date.now();

  const observed: typeof runJob = (job, token) => {
    active += 1;
    lastProgress = Date.now();
    return runJob(job, token).finally(() => {
      active -= 1;
      lastProgress = Date.now();
    });
  };

  async function open(): Promise<RawWorker | undefined> {
    while (!closing.signal.aborted) {
      try {
        return await openWorker(
          queues.backend,
          queue,
          observed,
          workerOptions(queues, queue, options),
          queues.log,
        );
      } catch (error) {
        queues.log.trouble(`worker ${queue}`, error);
        await pauseBeforeRetry();
      }
    }
    return undefined;
  }

  async function pauseBeforeRetry(): Promise<void> {
    await delay(retryAfterMs, undefined, { signal: closing.signal }).catch(() => undefined);
  }

  async function run(): Promise<void> {
    const opened = await open();
    if (opened === undefined) return;
    if (closing.signal.aborted) return opened.close(true);
    worker = opened;
    letters = collectDeadLetters(queues, worker, options.onDead);
    worker.on('stalled', (jobId) => {
      queues.metrics.stalled(queue);
      queues.logger.warn('job stalled', { queue, jobId });
    });
    started.resolve();
    while (!paused && !closing.signal.aborted) {
      await worker.run().catch((error) => queues.log.trouble(`worker ${queue}`, error));
      await pauseBeforeRetry();
    }
  }

  const running = run();

  return {
    ready: () => started.promise,
    async pause() {
      paused = true;
      await worker?.pause(true);
    },
    async close(graceMs) {
      closing.abort();
      started.reject(new Error(`consumer of ${queue} was closed`));
      try {
        await within(graceMs, finish());
        return true;
      } catch (error) {
        queues.logger.warn('jobs left behind', { queue, error: queues.log.describe(error) });
        return false;
      }
    },
    get lastProgress() {
      return active === 0 ? Date.now() : lastProgress;
    },
  };

  async function finish(): Promise<void> {
    await worker?.close();
    await running;
    await letters();
  }
}

function workerOptions(
  queues: Queues,
  queue: QueueName,
  options: ConsumeOptions,
): Omit<WorkerOptions<unknown>, 'connection'> {
  const { lockDurationMs, stalledIntervalMs } = options.recovery ?? defaultRecovery;
  return {
    lockDuration: lockDurationMs,
    stalledInterval: stalledIntervalMs,
    concurrency: options.concurrency,
    maxStalledCount: queue === 'isolation' ? stallsAllowedInIsolation : stallsAllowed,
    drainDelay: drainDelaySeconds,
    runRetryDelay: retryAfterMs,
    limiter: queue === 'deliveries' ? broadcastBudget(queues.telegramMessagesPerSecond) : noLimit,
  };
}

/** A longer window with more jobs in it lets twice as many through within one second. */
function broadcastBudget(messagesPerSecond: number): { max: number; duration: number } {
  return { max: 1, duration: Math.ceil(1000 / messagesPerSecond) };
}

/** BullMQ keeps to a queue's pause (PauseQueue) only at workers that have a limiter: this one never limits by itself. */
const noLimit = { max: 1_000_000, duration: 1000 };
