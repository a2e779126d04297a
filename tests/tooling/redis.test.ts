import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { findRedis, type RedisOptions, type RedisServer, startRedis } from '../../scripts/stack/redis.ts';
import { until } from '../../scripts/stack/until.ts';
import { createRedis } from '../harness/redis.ts';
import { skipFor } from '../harness/requirement.ts';
import { isRunning, startOwner } from './owned.ts';

describe('a Redis of our own', function () {
  this.timeout(30_000);
  let running: RedisServer[] = [];
  before(function () {
    if (findRedis() === undefined) skipFor('no redis-server on PATH', this);
  });
  afterEach(async () => {
    for (const server of running) await server.stop();
    running = [];
  });

  async function start(options: RedisOptions = {}): Promise<RedisServer> {
    const server = await startRedis(options);
    if (server === null) throw new Error('redis-server has gone');
    running.push(server);
    return server;
  }

  it('evicts nothing, and is gone after stop', async () => {
    const server = await start();
    const policy = await on(server.url, (redis) => redis.config('GET', 'maxmemory-policy'));
    expect(policy).to.deep.equal(['maxmemory-policy', 'noeviction']);
    await server.stop();
    await server.stop();
    expect(isRunning(server.pid)).to.equal(false);
  });

  it('comes back at the same address with its data after kill, when it writes them down', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'rung-test-'));
    const first = await start({ dir, appendOnly: true });
    await on(first.url, async (redis) => {
      await redis.set('kept', '42');
      await redis.call('WAITAOF', '1', '0', '5000').catch(() => undefined);
    });
    await first.kill();
    const second = await start({ dir, appendOnly: true, port: first.port });
    expect(second.url).to.equal(first.url);
    expect(await on(second.url, (redis) => redis.get('kept'))).to.equal('42');
    await second.stop();
    await rm(dir, { recursive: true });
  });

  it('hangs while it is frozen, goes on when thawed, and can be stopped frozen', async () => {
    const server = await start();
    await on(server.url, async (redis) => {
      await redis.ping();
      server.freeze();
      const answer = redis.ping();
      const silence = new Promise((resolve) => setTimeout(resolve, 300, 'silence'));
      expect(await Promise.race([answer, silence])).to.equal('silence');
      server.thaw();
      expect(await answer).to.equal('PONG');
    });
    server.freeze();
    await server.stop();
    expect(isRunning(server.pid)).to.equal(false);
  });

  it('ends when the process that started it is killed, frozen or not', async () => {
    const owned = await startOwner('redis');
    process.kill(owned.pid, 'SIGSTOP');
    owned.process.kill('SIGKILL');
    await until('the server gone', 10_000, () => !isRunning(owned.pid));
  });
});

describe('a machine without redis-server', () => {
  it('has no Redis to start', async () => {
    const path = process.env.PATH;
    process.env.PATH = '/nowhere';
    try {
      expect(await startRedis()).to.equal(null);
    } finally {
      process.env.PATH = path;
    }
  });
});

describe("a test's own Redis database", () => {
  it('is empty, nobody else’s, and empty again afterwards', async function () {
    const one = await createRedis(this);
    const two = await createRedis(this);
    await on(one.url, (redis) => redis.set('x', '1'));
    expect(await on(two.url, (redis) => redis.dbsize())).to.equal(0);
    await one.drop();
    await two.drop();
    expect(await on(one.url, (redis) => redis.dbsize())).to.equal(0);
  });
});

async function on<T>(url: string, use: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url);
  redis.on('error', () => undefined);
  try {
    return await use(redis);
  } finally {
    redis.disconnect();
  }
}
