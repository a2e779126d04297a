import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from './logger.ts';

/** What a service holds, and how it lets go of it. */
export interface Lifecycle {
  /**
   * Registers how to let go of what was just acquired. Released last in, first out. Once shutting down, `release` runs
   * at once: the service was still starting.
   */
  defer(name: string, release: () => unknown): void;
  /**
   * Releases everything, one after the other, also what comes after a release that failed. When the grace time less a
   * second is over, it no longer waits for any. Further calls get the promise of the first. Never rejects; true when all
   * went well in time.
   */
  shutdown(reason: string): Promise<boolean>;
  /** Shuts down on SIGTERM and SIGINT (then exits 0), on uncaught errors (1). A second signal exits at once (1). */
  onSignals(): void;
  /** Aborted when the shutdown begins: for loops and waits that should end of themselves. */
  readonly stopping: AbortSignal;
}

export interface LifecycleOptions {
  /** Milliseconds between the signal and the platform's SIGKILL. */
  readonly graceMs: number;
  readonly logger: Logger;
}

/** Left of the grace time for exiting itself. */
const reserveMs = 1000;

/** One Ctrl-C reaches a process twice, from the terminal and from npm: that near together they are one. */
const sameSignalWithinMs = 500;

/** Makes an empty lifecycle; nothing happens to the process before `onSignals`. */
export function makeLifecycle({ graceMs, logger }: LifecycleOptions): Lifecycle {
  const releasers: { name: string; release: () => unknown }[] = [];
  const stopping = new AbortController();
  const deadlineMs = Math.max(graceMs - reserveMs, graceMs / 2);
  let ended: Promise<boolean> | undefined;

  function shutdown(reason: string): Promise<boolean> {
    ended ??= releaseAll(reason);
    return ended;
  }

  async function releaseAll(reason: string): Promise<boolean> {
    logger.info('shutting down', { reason });
    stopping.abort();
    const cancel = new AbortController();
    const deadline = wait(deadlineMs, 'late' as const, { signal: cancel.signal }).catch(
      () => 'late' as const,
    );
    let clean = true;
    for (let next = releasers.pop(); next !== undefined; next = releasers.pop()) {
      const outcome = await Promise.race([attempt(next.name, next.release), deadline]);
      if (outcome === 'late') logger.error('not released in time', { name: next.name });
      if (outcome !== 'released') clean = false;
    }
    cancel.abort();
    logger.info('shut down', { clean });
    return clean;
  }

  async function attempt(name: string, release: () => unknown): Promise<'released' | 'failed'> {
    try {
      await release();
      return 'released';
    } catch (error) {
      logger.error('release failed', { name, error });
      return 'failed';
    }
  }

  function onSignals(): void {
    let firstSignalMs: number | undefined;
    const onSignal = (signal: NodeJS.Signals): void => {
      const now = performance.now();
      if (firstSignalMs === undefined) {
        firstSignalMs = now;
        void shutdown(signal).then(() => process.exit(0));
      } else if (now - firstSignalMs > sameSignalWithinMs) {
        process.exit(1);
      }
    };
    const onCrash = (error: unknown): void => {
      logger.error('crashed', { error });
      void shutdown('crash').then(() => process.exit(1));
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
    process.on('uncaughtException', onCrash);
    process.on('unhandledRejection', onCrash);
  }

  return {
    defer(name, release) {
      if (ended === undefined) releasers.push({ name, release });
      else void attempt(name, release);
    },
    shutdown,
    onSignals,
    stopping: stopping.signal,
  };
}
