import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';
import pg from 'pg';
import { createDatabase } from '../../../tests/harness/database.ts';
import { migrateQueues } from '../src/index.ts';

/** Where a test's queues live; `stop()` leaves nothing behind. */
export interface QueueServer {
  readonly url: string;
  /** Makes a delayed job vanish behind BullMQ's back. */
  lose(queue: string, jobId: string): Promise<void>;
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
  const { url, drop } = database;
  return { url, lose, stop: drop };

  async function lose(queue: string, jobId: string): Promise<void> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query('DELETE FROM bullmq.job WHERE queue = $1 AND id = $2', [queue, jobId]);
    await client.end();
  }
}

async function emptyDatabaseOf(server: string): Promise<QueueServer> {
  const url = new URL(server);
  url.pathname = '/11';
  await flush(url.href);
  return {
    url: url.href,
    lose: (queue, id) => loseInRedis(url.href, queue, id),
    stop: () => flush(url.href),
  };
}

async function loseInRedis(url: string, queue: string, jobId: string): Promise<void> {
  const redis = new Redis(url);
  await redis.zrem(`{rung}:${queue}:delayed`, jobId);
  await redis.del(`{rung}:${queue}:${jobId}`);
  await redis.quit();
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
    lose: (queue, jobId) => loseInRedis(url, queue, jobId),
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
