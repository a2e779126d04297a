import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { keepTail } from './tail.ts';

/** What the supervisor is to run. */
export interface Order {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** Sent one after the other, some seconds apart, until the server has ended; SIGKILL comes last. */
  readonly stopSignals: readonly NodeJS.Signals[];
  /** A folder that is deleted once the server has ended. */
  readonly removeAtEnd?: string;
}

/** What the supervisor says about it. */
export interface Report {
  readonly pid?: number | undefined;
  readonly error?: string;
  readonly exit?: Exit;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A server that ends with this process, even when this process is killed. */
export interface Supervised {
  /** Of the server itself. */
  readonly pid: number;
  /** Resolves when the server has ended, by whatever means. */
  readonly exited: Promise<Exit>;
  /** Undefined while the server runs. */
  exit(): Exit | undefined;
  /** The end of what it has printed. */
  output(): string;
  /** Sends a signal to the server; nothing when it has ended. */
  signal(signal: NodeJS.Signals): void;
  /** Sends the stop signals in turn and waits for the end. */
  stop(): Promise<void>;
}

const supervisor = fileURLToPath(new URL('./supervisor.mjs', import.meta.url));

/** Starts a server under a supervisor. Rejects when the command cannot be run. */
export async function supervise(order: Order): Promise<Supervised> {
  const keeper = spawn(process.execPath, [supervisor], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Coverage of a supervisor is nobody's business, and writing it takes time.
    env: { ...process.env, NODE_V8_COVERAGE: '' },
  });
  const closed = once(keeper, 'close').catch(() => undefined);
  const output = keepTail([keeper.stdout, keeper.stderr]);
  const started = Promise.withResolvers<number>();
  const ended = Promise.withResolvers<Exit>();
  let reported: Exit | undefined;
  let exit: Exit | undefined;
  let pid: number | undefined;

  keeper.on('message', (report: Report) => {
    if (report.pid !== undefined) {
      pid = report.pid;
      started.resolve(report.pid);
    }
    if (report.error !== undefined) started.reject(new Error(report.error));
    if (report.exit !== undefined) reported = report.exit;
  });
  keeper.on('error', started.reject);
  keeper.on('exit', async (code, signal) => {
    if (reported === undefined && pid !== undefined) sendSignal(pid, order.stopSignals[0] ?? 'SIGKILL');
    // The last words may still be on their way.
    await Promise.race([closed, wait(1000, undefined, { ref: false })]);
    exit = reported ?? { code, signal };
    ended.resolve(exit);
    started.reject(new Error(`${order.command} ended at once: ${output()}`));
  });
  keeper.send(order, () => undefined);

  const serverPid = await started.promise;
  return {
    pid: serverPid,
    exited: ended.promise,
    exit: () => exit,
    output,
    signal(signal) {
      if (exit === undefined) sendSignal(serverPid, signal);
    },
    async stop() {
      keeper.kill('SIGTERM');
      await ended.promise;
    },
  };
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has just ended.
  }
}
