import { makeFanOutStore, makeReconcilerStore } from '@rung/db';
import { makeProducer } from '@rung/jobs';
import { expect } from 'chai';
import { addLearners } from '../../../packages/db/test/fixtures.ts';
import { freePort } from '../../../scripts/stack/ports.ts';
import { makeFanOut } from '../src/fanOut.ts';
import { openQueues, openSchedulerDatabase, type SchedulerDatabase } from './schedulerDatabase.ts';

const NOW = new Date('2026-03-10T10:00:30Z');

describe('the fan-out', () => {
  let scheduler: SchedulerDatabase;
  before(async () => {
    scheduler = await openSchedulerDatabase();
  });
  after(() => scheduler?.close());
  beforeEach(async () => {
    await scheduler.db.sql('DELETE FROM users');
    await scheduler.db.sql('DELETE FROM bullmq.job');
  });

  const open = (queues = scheduler.queues, clock = () => NOW) => {
    const done: number[] = [];
    let batches = 0;
    const store = makeFanOutStore(scheduler.db);
    const fanOut = makeFanOut({
      store: {
        distribute(options) {
          batches += 1;
          return store.distribute(options);
        },
      },
      producer: makeProducer(queues),
      clock,
      catchUpMs: 6 * 3_600_000,
      batchSize: 10,
      onDone: (decided) => done.push(decided),
    });
    return { fanOut, done, batches: () => batches };
  };
  const pending = async () => {
    const rows = await scheduler.db.sql<{ id: string }>(
      `SELECT id FROM user_questions WHERE state = 'pending'`,
    );
    return rows.map(({ id }) => `send-${id}`).sort();
  };

  it('takes batch after batch until nobody is due, and enqueues each delivery once', async () => {
    await addLearners(scheduler.db, { count: 25 });
    const { fanOut, done, batches } = open();
    expect(await fanOut()).to.equal(25);
    expect([batches(), done]).to.deep.equal([3, [25]]);
    expect(await scheduler.jobs('deliveries')).to.deep.equal(await pending());
    expect(await fanOut()).to.equal(0);
    expect(await scheduler.jobs('deliveries')).to.have.length(25);
  });

  it('shares one run between all who ask while it is under way', async () => {
    await addLearners(scheduler.db, { count: 15 });
    const { fanOut, done } = open();
    expect(await Promise.all([fanOut(), fanOut(), fanOut()])).to.deep.equal([15, 15, 15]);
    expect(done).to.deep.equal([15]);
    expect(await fanOut()).to.equal(0);
  });

  it('decides everything although the queue is away, and leaves it pending for the reconciler to find', async () => {
    await addLearners(scheduler.db, { count: 25 });
    const away = openQueues(`redis://127.0.0.1:${await freePort()}`);
    try {
      expect(await open(away).fanOut()).to.equal(25);
    } finally {
      await away.close();
    }
    expect(await scheduler.jobs('deliveries')).to.have.length(0);
    const rows = await pending();
    expect(rows).to.have.length(25);
    const found = await makeReconcilerStore(scheduler.db).deliveries.page({
      now: new Date(Date.now() + 60_000),
      staleMs: 30_000,
      limit: 100,
      after: null,
    });
    expect(found.map(({ id }) => `send-${id}`).sort()).to.deep.equal(rows);
  });

  it('tells everybody who waits for a run of each of its batches, and nobody after it', async () => {
    await addLearners(scheduler.db, { count: 25 });
    const { fanOut } = open();
    const told = { one: 0, other: 0 };
    await Promise.all([
      fanOut(() => {
        told.one += 1;
      }),
      fanOut(() => {
        told.other += 1;
      }),
      fanOut(),
    ]);
    await fanOut();
    expect(told).to.deep.equal({ one: 3, other: 3 });
  });

  it('can be run again after one that failed, and says of that one nothing good', async () => {
    await addLearners(scheduler.db, { count: 1 });
    let broken = true;
    const { fanOut, done } = open(scheduler.queues, () => {
      if (broken) throw new Error('no clock');
      return NOW;
    });
    expect(await fanOut().catch((error: Error) => error.message)).to.equal('no clock');
    expect(done).to.deep.equal([]);
    broken = false;
    expect(await fanOut()).to.equal(1);
  });
});
