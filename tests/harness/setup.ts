import { startPostgres } from '../../scripts/stack/postgres.ts';
import { startRedis } from '../../scripts/stack/redis.ts';
import { findChromium } from './chromium.ts';

const started: { stop(): Promise<void> }[] = [];

/**
 * Starts one PostgreSQL and, when the machine has one, one Redis for the whole run, unless `TEST_DATABASE_URL` and
 * `REDIS_URL` name others. Says what is not there; with `CI=true` that is an error.
 */
export async function mochaGlobalSetup(): Promise<void> {
  const missing: string[] = [];
  if (process.env.TEST_DATABASE_URL === undefined) {
    const postgres = await startPostgres({ durable: false });
    started.push(postgres);
    process.env.TEST_DATABASE_URL = postgres.url;
  }
  if (process.env.REDIS_URL === undefined) {
    const redis = await startRedis();
    if (redis === null) missing.push('Redis (REDIS_URL, or redis-server on PATH)');
    else {
      started.push(redis);
      process.env.REDIS_URL = redis.url;
    }
  }
  if (findChromium() === undefined) missing.push('Chromium (chromium on PATH)');

  if (missing.length === 0) return;
  if (process.env.CI === 'true') {
    await mochaGlobalTeardown();
    throw new Error(`needed when CI=true: ${missing.join(', ')}`);
  }
  console.warn(`\n  not on this machine, tests that need it are skipped: ${missing.join(', ')}`);
}

/** Stops what was started. A test that has left something open would keep the run from ending: that is cut off, aloud. */
export async function mochaGlobalTeardown(): Promise<void> {
  for (const server of started.splice(0)) await server.stop();
  const cutOff = setTimeout(() => {
    console.warn(`\n  a test has left something open: ${process.getActiveResourcesInfo().join(', ')}`);
    process.exit();
  }, 10_000);
  cutOff.unref();
}
