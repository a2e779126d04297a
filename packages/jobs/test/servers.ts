import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';
import { createDatabase } from '../../../tests/harness/database.ts';
import { migrateQueues } from '../src/index.ts';

/** Where a test's queues live; `stop()` leaves nothing behind. */
export interface QueueServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** A redis-server of the test's own, to freeze, kill and start again. */
export interface OwnRedis extends QueueServer {
  readonly pid: number;
  kill(): Promise<void>;
  start(): Promise<void>;
}

export interface TestBackend {
  readonly name: string;
  /** Why it cannot be tested here. */
  readonly missing: string | undefined;
  open(): Promise<QueueServer>;
}

const redisOnPath = spawnSync('redis-server', ['--version']).status === 0;

/** Says aloud why the tests of a suite are skipped, or fails where nothing may be skipped. */
export function skipWithout(missing: string | undefined, suite: Mocha.Context): void {
  if (missing === undefined) return;
  if (process.env.CI === 'true') throw new Error(missing);
  console.warn(`      skipped: ${missing}`);
  suite.skip();
}

export const ownRedisMissing = redisOnPath ? undefined : 'no redis-server on PATH';

export const backends: readonly TestBackend[] = [
  {
    name: 'Redis',
    missing:
      redisOnPath || process.env.REDIS_URL !== undefined ? undefined : 'neither REDIS_URL nor redis-server',
    open: () => (process.env.REDIS_URL === undefined ? startRedis() : emptyDatabaseOf(process.env.REDIS_URL)),
  },
  { name: 'PostgreSQL', missing: undefined, open: openPostgres },
];

async function openPostgres(): Promise<QueueServer> {
  const database = await createDatabase();
  await migrateQueues(database.url);
  return { url: database.url, stop: database.drop };
}

async function emptyDatabaseOf(server: string): Promise<QueueServer> {
  const url = new URL(server);
  url.pathname = '/11';
  await flush(url.href);
  return { url: url.href, stop: () => flush(url.href) };
}

async function flush(url: string): Promise<void> {
  const redis = new Redis(url);
  await redis.flushdb();
  await redis.quit();
}

export async function startRedis(): Promise<OwnRedis> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let server: ChildProcess;

  async function start(): Promise<void> {
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    server = spawn('redis-server', options, { stdio: 'ignore' });
    const redis = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
    redis.on('error', () => undefined);
    await redis.ping();
    await redis.quit();
  }

  async function kill(): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
  }

  await start();
  return {
    url,
    get pid() {
      return server.pid ?? 0;
    },
    start,
    kill,
    stop: kill,
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
