import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { skipFor } from './requirement.ts';

/** A Redis database of its own for one test file, empty; `drop()` empties it and gives it back. */
export interface TestRedis {
  readonly url: string;
  drop(): Promise<void>;
}

/** Redis has 16 databases unless told otherwise; the first is for notes on who has which. */
const databases = Array.from({ length: 15 }, (_, index) => 15 - index);

/** A run that was killed gives its databases back after that long. */
const claimSeconds = 1800;

/**
 * A database of the Redis at `REDIS_URL` (which `tests/harness/setup.ts` has set to a server of its own when there is a
 * `redis-server`). Without either the suite is skipped. To be called in a `before`, with its `this`.
 */
export async function createRedis(suite: Mocha.Context): Promise<TestRedis> {
  const server = process.env.REDIS_URL ?? skipFor('no REDIS_URL and no redis-server on PATH', suite);
  const owner = randomUUID();
  for (const database of databases) {
    if (!(await claim(server, database, owner))) continue;
    const url = addressOf(server, database);
    return {
      url,
      async drop() {
        await on(url, (redis) => redis.flushdb());
        await on(addressOf(server, 0), (redis) => redis.del(claimKey(database)));
      },
    };
  }
  throw new Error(`no empty database is left at ${new URL(server).host}`);
}

/** A database with keys in it belongs to somebody who does not leave notes, or to a run that was killed. */
async function claim(server: string, database: number, owner: string): Promise<boolean> {
  const note = await on(addressOf(server, 0), (redis) =>
    redis.set(claimKey(database), owner, 'EX', claimSeconds, 'NX'),
  );
  if (note === null) return false;
  return (await on(addressOf(server, database), (redis) => redis.dbsize())) === 0;
}

function claimKey(database: number): string {
  return `rung-tests:database:${database}`;
}

function addressOf(server: string, database: number): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

async function on<T>(url: string, command: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { maxRetriesPerRequest: 2 });
  redis.on('error', () => undefined);
  try {
    return await command(redis);
  } finally {
    redis.disconnect();
  }
}
