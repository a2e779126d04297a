import { execFile } from 'node:child_process';
import { chown, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './ports.ts';
import {
  dataFolder,
  ensureCluster,
  passingFolder,
  programFolder,
  readPostmaster,
  type Say,
} from './postgresFolders.ts';
import { type ServerUser, serverUser } from './serverUser.ts';
import { type Order, type Supervised, supervise } from './supervised.ts';
import { until } from './until.ts';

export interface PostgresOptions {
  /** False trades what survives a crash of the machine for speed, for tests. */
  readonly durable: boolean;
  /** Kept when given, and made when it is not there; else a folder of its own that goes when the server ends. */
  readonly dataDir?: string;
  /** A free one when not given. Give the old one to come back at the same address. */
  readonly port?: number;
  /** Folder with `initdb` and `postgres` of another version; default: those from npm. */
  readonly programs?: string;
  /** Of the superuser, for a new cluster (`postgres`). */
  readonly password?: string;
  /** Further settings of postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where remarks go: standard error when not given. */
  readonly say?: Say;
}

export interface PostgresServer {
  /** Of the superuser, database `postgres`. */
  readonly url: string;
  readonly port: number;
  /** Where the data is; elsewhere than wanted when the server's user could not reach that. */
  readonly dataDir: string;
  readonly pid: number;
  /** `fast` (the default) ends connections and closes in order; `immediate` leaves recovery to the next start. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
  /** Ends it at once, as by SIGKILL. */
  kill(): Promise<void>;
}

const user = 'postgres';

const baseSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  timezone: 'UTC',
  log_timezone: 'UTC',
};
const fastAndLoose = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** Recovery after a crash may take this long. */
const startWithinMs = 60_000;

const run = promisify(execFile);

/**
 * Starts a PostgreSQL 18 on the loopback interface, resolves when it takes connections. It ends with this process,
 * however that ends. Works as root (then it runs as another user) and on a folder whose last server was killed.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const say: Say = options.say ?? ((text) => process.stderr.write(`${text}\n`));
  const wanted = options.dataDir === undefined ? undefined : resolve(options.dataDir);
  const runsAs = await serverUser(wanted ?? '');
  const folder = wanted === undefined ? await passingFolder(runsAs) : await dataFolder(wanted, runsAs, say);
  const dataDir = wanted === undefined ? join(folder, 'data') : folder;
  const programs = options.programs ?? join(await programFolder(runsAs, say), 'bin');
  const { password = 'postgres', durable } = options;
  await ensureCluster(dataDir, runsAs, (target) =>
    initialise({ programs, target, password, durable }, runsAs),
  );
  await clearTheWay(dataDir, say);

  const port = options.port ?? (await freePort());
  const settings: Record<string, string> = {
    ...baseSettings,
    port: String(port),
    ...(!options.durable && fastAndLoose),
    ...options.settings,
  };
  const server = await launch(dataDir, {
    command: join(programs, 'postgres'),
    args: ['-D', dataDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    cwd: '/',
    // PostgreSQL's words for fast and immediate shutdown.
    stopSignals: ['SIGINT', 'SIGQUIT'],
    ...runsAs,
    ...(wanted === undefined && { removeAtEnd: folder }),
  });
  return {
    url: `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`,
    port,
    dataDir,
    pid: server.pid,
    async stop(mode = 'fast') {
      if (mode === 'immediate') server.signal('SIGQUIT');
      await server.stop();
    },
    async kill() {
      server.signal('SIGKILL');
      await server.exited;
    },
  };
}

async function initialise(
  cluster: { programs: string; target: string; password: string; durable: boolean },
  runsAs: ServerUser | undefined,
): Promise<void> {
  // initdb wants an empty folder, so the password waits beside it.
  const passwordFile = `${cluster.target}.password`;
  await writeFile(passwordFile, `${cluster.password}\n`, { mode: 0o600 });
  if (runsAs !== undefined) await chown(passwordFile, runsAs.uid, runsAs.gid);
  const options = [
    `--pgdata=${cluster.target}`,
    `--username=${user}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    ...(cluster.durable ? [] : ['--no-sync']),
  ];
  try {
    await run(join(cluster.programs, 'initdb'), options, { ...runsAs, cwd: '/' });
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** Starts the server, as often as it takes for the last processes of a killed one to let go of its memory. */
async function launch(dataDir: string, order: Order): Promise<Supervised> {
  const deadline = performance.now() + startWithinMs;
  for (;;) {
    const server = await supervise(order);
    try {
      await until('PostgreSQL', deadline - performance.now(), () => isReady(server, dataDir));
      return server;
    } catch (error) {
      await server.stop();
      const isLetGoSoon = server.output().includes('pre-existing shared memory block');
      if (!isLetGoSoon || performance.now() > deadline) throw error;
    }
    await wait(200);
  }
}

async function isReady(server: Supervised, dataDir: string): Promise<boolean> {
  if (server.exit() !== undefined) throw new Error(`PostgreSQL did not start: ${server.output().trim()}`);
  const postmaster = await readPostmaster(dataDir);
  return postmaster?.pid === server.pid && postmaster.ready;
}

/**
 * What an earlier server of this folder may have left: itself, on its way out or without anybody to end it, or a
 * `postmaster.pid` whose number now belongs to another program.
 */
async function clearTheWay(dataDir: string, say: Say): Promise<void> {
  const postmaster = await readPostmaster(dataDir);
  if (postmaster === undefined || !(await isProcess(postmaster.pid))) return;
  const { pid } = postmaster;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  // Without /proc nothing is known: PostgreSQL itself will say what is wrong.
  if (commandLine === undefined) return;
  const isAnotherProgram = commandLine !== '' && !commandLine.split('\0').includes(dataDir);
  if (isAnotherProgram) {
    await rm(join(dataDir, 'postmaster.pid'), { force: true });
    return;
  }
  let told = commandLine === '';
  await until(`PostgreSQL process ${pid} uses ${dataDir}; stop what it belongs to`, 15_000, async () => {
    if (!(await isProcess(pid))) return true;
    if (told || (await hasSupervisor(pid))) return false;
    say(`Ending PostgreSQL process ${pid}, left over from an earlier run`);
    process.kill(pid, 'SIGINT');
    told = true;
    return false;
  });
}

async function hasSupervisor(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const parent = /^PPid:\s*(\d+)/m.exec(status)?.[1] ?? '';
  const commandLine = await readFile(`/proc/${parent}/cmdline`, 'utf8').catch(() => '');
  return commandLine.includes('supervisor.mjs');
}

async function isProcess(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
