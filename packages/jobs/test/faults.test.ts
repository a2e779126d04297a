import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import pg from 'pg';
import { connectQueues, consume, ensureSchedules, makeProducer, ping, type Queues } from '../src/index.ts';
import { makeRecordingLogger } from './recording.ts';
import {
  backends,
  type OwnRedis,
  ownRedisMissing,
  type QueueServer,
  skipWithout,
  startRedis,
} from './servers.ts';
import { until } from './waiting.ts';

const letGo = async () => undefined;

describe('jobs while Redis is in trouble', () => {
  let redis: OwnRedis;
  let queues: Queues;

  before(async function () {
    skipWithout(ownRedisMissing, this);
    redis = await startRedis();
  });
  after(() => redis?.stop());
  beforeEach(() => {
    queues = connectQueues({ url: redis.url, logger: makeRecordingLogger() });
  });
  afterEach(() => queues.close());

  const add = (jobId: string) => makeProducer(queues).enqueue('answer.grade', { updateSeq: '1' }, { jobId });

  async function timed(work: Promise<boolean>): Promise<{ result: boolean; ms: number }> {
    const start = performance.now();
    return { result: await work, ms: performance.now() - start };
  }

  it('answers false within 150 ms while Redis is frozen, and true again afterwards', async () => {
    expect(await ping(queues)).to.equal(true);
    expect(await add('job-before')).to.equal(true);
    process.kill(redis.pid, 'SIGSTOP');
    try {
      const { result, ms } = await timed(add('job-frozen'));
      expect(result).to.equal(false);
      expect(ms).to.be.within(95, 150);
    } finally {
      process.kill(redis.pid, 'SIGCONT');
    }
    expect(await ping(queues)).to.equal(true);
    expect(await add('job-after')).to.equal(true);
    expect(await queues.registry.metrics()).to.include(
      'rung_jobs_total{queue="answers",job="answer.grade",outcome="lost"} 1',
    );
  });

  it('answers false within 150 ms while Redis is down, also from the start, and serves when it is back', async () => {
    await redis.kill();
    const late = connectQueues({ url: redis.url, logger: makeRecordingLogger() });
    try {
      const producer = makeProducer(late);
      const handled: string[] = [];
      const consumer = consume(
        late,
        'answers',
        { 'answer.grade': async (_, { jobId }) => void handled.push(jobId) },
        { concurrency: 2, onDead: letGo },
      );
      for (const queue of [queues, late]) {
        const enqueue = makeProducer(queue).enqueue(
          'answer.grade',
          { updateSeq: '1' },
          { jobId: 'job-down' },
        );
        const { result, ms } = await timed(enqueue);
        expect(result).to.equal(false);
        expect(ms).to.be.below(150);
        expect(await ping(queue)).to.equal(false);
      }
      await redis.start();
      await consumer.ready();
      expect(await producer.enqueue('answer.grade', { updateSeq: '1' }, { jobId: 'job-back' })).to.equal(
        true,
      );
      await until(() => handled.includes('job-back'), 5000);

      await redis.kill();
      await redis.start();
      while (!(await producer.enqueue('answer.grade', { updateSeq: '1' }, { jobId: 'job-again' })))
        await delay(20);
      await until(() => handled.includes('job-again'), 5000);
      await consumer.close(1000);
    } finally {
      await late.close();
    }
  });

  it('goes on after FLUSHALL, schedules included', async () => {
    const handled: string[] = [];
    const consumer = consume(
      queues,
      'answers',
      { 'answer.grade': async (_, { jobId }) => void handled.push(jobId) },
      { concurrency: 2, onDead: letGo },
    );
    await consumer.ready();
    await ensureSchedules(queues);
    expect(await ensureSchedules(queues)).to.equal(false);
    const admin = new Redis(redis.url);
    await admin.flushall();
    await admin.quit();
    expect(await ensureSchedules(queues)).to.equal(true);
    expect(await add('job-flushed')).to.equal(true);
    await until(() => handled.includes('job-flushed'), 5000);
    await consumer.close(1000);
  });

  it('closes in time while Redis is frozen', async () => {
    const consumer = consume(queues, 'answers', { 'answer.grade': letGo }, { concurrency: 2, onDead: letGo });
    await consumer.ready();
    process.kill(redis.pid, 'SIGSTOP');
    try {
      const start = performance.now();
      await consumer.close(500);
      await queues.close();
      expect(performance.now() - start).to.be.below(7000);
    } finally {
      process.kill(redis.pid, 'SIGCONT');
    }
  });
});

describe('jobs while PostgreSQL is in trouble', () => {
  let server: QueueServer;

  before(async () => {
    for (const backend of backends) if (backend.name === 'PostgreSQL') server = await backend.open();
  });
  after(() => server.stop());

  it('goes on after all its connections were cut, in the middle of jobs too', async () => {
    const queues = connectQueues({ url: server.url, logger: makeRecordingLogger() });
    try {
      const producer = makeProducer(queues);
      const done = new Set<string>();
      let holding = 0;
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const consumer = consume(
        queues,
        'answers',
        {
          'answer.grade': async (_, { jobId }) => {
            holding += 1;
            await held;
            done.add(jobId);
          },
        },
        { concurrency: 4, onDead: letGo },
      );
      await consumer.ready();
      await producer.enqueue('answer.grade', { updateSeq: '1' }, { jobId: 'job-during', timeoutMs: 2000 });
      await until(() => holding === 1, 2000);
      await cutConnections(server.url);
      release();
      while (!(await producer.enqueue('answer.grade', { updateSeq: '2' }, { jobId: 'job-after' })))
        await delay(20);
      await until(() => done.size === 2, 8000);
      const answers = await queues.queue('answers');
      while ((await answers.getJobCounts('active', 'waiting', 'delayed')).active !== 0) await delay(20);
      expect(holding).to.equal(2);
      expect(await consumer.close(2000)).to.equal(true);
    } finally {
      await queues.close();
    }
  });

  it('answers false within 150 ms when the server is not there', async () => {
    const queues = connectQueues({
      url: 'postgres://rung:canary@127.0.0.1:9/none',
      logger: makeRecordingLogger(),
    });
    const start = performance.now();
    const added = await makeProducer(queues).enqueue(
      'answer.grade',
      { updateSeq: '1' },
      { jobId: 'job-nowhere' },
    );
    expect(added).to.equal(false);
    expect(performance.now() - start).to.be.below(150);
    await queues.close();
  });

  it('says what to do when the migrations have not run', async () => {
    const url = new URL(server.url);
    url.pathname = '/postgres';
    const logger = makeRecordingLogger();
    const queues = connectQueues({ url: url.href, logger });
    expect(await ping(queues)).to.equal(false);
    expect(
      await makeProducer(queues).enqueue('answer.grade', { updateSeq: '1' }, { jobId: 'job-early' }),
    ).to.equal(false);
    expect(logger.lines.join()).to.include('npm run db:migrate');
    await queues.close();
  });
});

async function cutConnections(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
  await client.end();
}
