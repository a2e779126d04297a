import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Logger, ServiceRegistry } from '@rung/platform';

/** Argument that makes the worker's entry run the isolation queue alone. */
export const ISOLATED = '--isolated';

const RESTART_AFTER_MS = 500;
/** A child that is busy with a job that never ends answers nothing; the worker's own metrics must not wait for it. */
const METRICS_WITHIN_MS = 1_000;

/** A process beside this one. */
export interface Isolated {
  /** Its metrics as text, each series with `process="isolation"`; rejects when it does not answer within a second. */
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

/** In the child: answers its parent, which shows the metrics of both, since a child has no port of its own. */
export function answerForMetrics(registry: ServiceRegistry): void {
  registry.setDefaultLabels({ process: 'isolation' });
  process.on('message', async () => process.send?.(await registry.metrics()));
}

/**
 * Keeps one child process of this entry running that works the isolation queue: a job that has stalled may be one that
 * kills its process, and there it dies alone. A child that dies is replaced.
 */
export function keepIsolated(entry: string, env: NodeJS.ProcessEnv, logger: Logger): Isolated {
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
    async metrics() {
      const answer = once(child, 'message', { signal: AbortSignal.timeout(METRICS_WITHIN_MS) });
      // A channel that is closed gives no answer either.
      if (child.connected) child.send('metrics', () => undefined);
      const [text] = await answer;
      return String(text);
    },
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
