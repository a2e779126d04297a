import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Exit } from './supervised.ts';
import { keepTail } from './tail.ts';
import { until } from './until.ts';

export interface ServiceOptions {
  /** For messages. */
  readonly name: string;
  /** Path of its composition root: `main.ts`, or `dist/main.js`. */
  readonly entry: string;
  /** Its whole environment, apart from what any program needs (PATH, HOME, TZ, coverage). */
  readonly env: NodeJS.ProcessEnv;
  /** Where its `/readyz` is; without it the service counts as ready once it runs. */
  readonly opsPort?: number;
  /** Gets all it prints, appended. */
  readonly logFile?: string;
  /** Gets each piece of what it prints. */
  readonly onOutput?: (text: string) => void;
  readonly readyWithinMs?: number;
}

/** A process of ours on Node 24. It ends with this process, even when this process is killed. */
export interface ServiceProcess {
  readonly name: string;
  readonly pid: number;
  /** Resolves when it has ended, by whatever means. */
  readonly exited: Promise<Exit>;
  /** Undefined while it runs. */
  exit(): Exit | undefined;
  /** The end of what it has printed. */
  output(): string;
  /** SIGTERM, and SIGKILL when that takes longer than `graceMs` (30 s). Resolves when it has ended. */
  stop(graceMs?: number): Promise<Exit>;
  /** Ends it at once, as by SIGKILL. */
  kill(): Promise<Exit>;
}

const endWithParent = fileURLToPath(new URL('./endWithParent.mjs', import.meta.url));
const inherited = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'NODE_V8_COVERAGE'];

/** Starts a service and resolves when it is ready; rejects, with the end of its output, when it ends or takes too long. */
export async function startService(options: ServiceOptions): Promise<ServiceProcess> {
  const service = launch(options);
  const { opsPort } = options;
  try {
    await until(`${options.name} ready`, options.readyWithinMs ?? 30_000, async () => {
      const exit = service.exit();
      if (exit !== undefined) throw new Error(`${options.name} ended (${exit.code ?? exit.signal})`);
      return opsPort === undefined || isReady(opsPort);
    });
  } catch (error) {
    await service.kill();
    throw new Error(`${options.name} did not start:\n${service.output()}`, { cause: error });
  }
  return service;
}

function launch({ name, entry, env, logFile, onOutput }: ServiceOptions): ServiceProcess {
  const surroundings = Object.fromEntries(inherited.map((variable) => [variable, process.env[variable]]));
  const args = [
    // What was built runs on what was built.
    ...(entry.endsWith('.ts') ? ['--conditions=source'] : []),
    '--disable-warning=ExperimentalWarning',
    '--import',
    endWithParent,
    entry,
  ];
  const child = spawn(process.execPath, args, {
    env: { ...surroundings, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A Ctrl-C at the terminal is for the parent, which stops its services in the right order.
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} could not be started`);
  const output = keepTail([child.stdout, child.stderr]);
  keepLog(child, logFile, onOutput);

  let exit: Exit | undefined;
  // Not `close`: a process that it has started itself may hold its output open.
  const exited = once(child, 'exit').then((): Exit => {
    exit = { code: child.exitCode, signal: child.signalCode };
    return exit;
  });
  return {
    name,
    pid,
    exited,
    exit: () => exit,
    output,
    async stop(graceMs = 30_000) {
      child.kill('SIGTERM');
      const patience = setTimeout(() => child.kill('SIGKILL'), graceMs);
      const how = await exited;
      clearTimeout(patience);
      return how;
    },
    async kill() {
      child.kill('SIGKILL');
      return exited;
    },
  };
}

function keepLog(child: ChildProcess, logFile: string | undefined, onOutput?: (text: string) => void): void {
  const log = logFile === undefined ? undefined : createWriteStream(logFile, { flags: 'a' });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (text: string) => {
      log?.write(text);
      onOutput?.(text);
    });
  }
  child.on('close', () => log?.end());
}

async function isReady(opsPort: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${opsPort}/readyz`, { signal: AbortSignal.timeout(3000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
