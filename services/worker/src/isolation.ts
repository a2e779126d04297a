import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Logger } from '@rung/platform';

/** Argument that makes the worker's entry run the isolation queue alone. */
export const ISOLATED = '--isolated';

const RESTART_AFTER_MS = 500;

/**
 * Keeps one child process of this entry running that works the isolation queue: a job that has stalled may be one that
 * kills its process, and there it dies alone. A child that dies is replaced.
 */
export function keepIsolated(
  entry: string,
  env: NodeJS.ProcessEnv,
  logger: Logger,
): { stop(): Promise<void> } {
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  let child: ChildProcess;

  const startAgain = (why: object): void => {
    if (stopping) return;
    logger.warn('isolation process ended; starting another', { ...why });
    clearTimeout(timer);
    timer = setTimeout(start, RESTART_AFTER_MS);
  };
  const start = (): void => {
    child = fork(entry, [ISOLATED], { env });
    // One that could not even start has no exit.
    child.once('error', (error) => startAgain({ error }));
    child.once('exit', (code, signal) => startAgain({ code, signal }));
  };
  start();

  return {
    async stop() {
      stopping = true;
      clearTimeout(timer);
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
