import { makeFanOutStore, makeInboxStore, makeReconcilerStore, makeRunStore } from '@rung/db';
import { ensureSchedules, findMissing, makeProducer, type Queues } from '@rung/jobs';
import { expect } from 'chai';
import { addLearners, addQuestions, addSentDaily } from '../../../packages/db/test/fixtures.ts';
import { freePort } from '../../../scripts/stack/ports.ts';
import { makeReconcile, type ReconcileOptions } from '../src/reconcile.ts';
import { openQueues, openSchedulerDatabase, type SchedulerDatabase } from './schedulerDatabase.ts';

const NOON = Date.parse('2026-03-10T12:00:00Z');

describe('reconciling', () => {
  let scheduler: SchedulerDatabase;
  let now: Date;
  let found: string[];
  let errors: unknown[];
  beforeEach(async () => {
    scheduler = await openSchedulerDatabase();
    now = new Date(NOON);
    found = [];
    errors = [];
    await addLearners(scheduler.db, { count: 3 });
    await addQuestions(scheduler.db, { level: 2, topic: 'streaming', count: 5 });
  });
  afterEach(() => scheduler?.close());

  const make = (more: Partial<ReconcileOptions> = {}) =>
    makeReconcile({
      store: makeReconcilerStore(scheduler.db),
      runs: makeRunStore(scheduler.db),
      producer: makeProducer(scheduler.queues),
      findMissing: (name, jobIds) => findMissing(scheduler.queues, name, jobIds),
      ensureSchedules: () => ensureSchedules(scheduler.queues),
      clock: () => now,
      pageSize: 5,
      pagesPerTick: 20,
      onFound: (what, count) => found.push(`${what} ${count}`),
      onError: (error) => errors.push(error),
      ...more,
    });
  const reconcile = async (more: Partial<ReconcileOptions> = {}) => {
    found = [];
    await make(more)(() => undefined);
  };
  /** Runs `work` with queues on a server that is not there. */
  const withoutServer = async (work: (queues: Queues) => Promise<void>) => {
    const away = openQueues(`redis://127.0.0.1:${await freePort()}`);
    try {
      await work(away);
    } finally {
      await away.close();
    }
  };
  const loseQueue = () => scheduler.db.sql('DELETE FROM bullmq.job');
  const pass = (seconds: number) => {
    now = new Date(now.getTime() + seconds * 1000);
  };
  const receive = (
    updateId: number,
    secondsAgo: number,
    job: 'answer.grade' | 'command.run' = 'command.run',
  ) =>
    makeInboxStore(scheduler.db).store([
      {
        botId: '1',
        updateId,
        userId: '1',
        job,
        payload: '{}',
        receivedAt: new Date(NOON - secondsAgo * 1000),
        quarantine: null,
      },
    ]);
  const decide = async () => {
    await makeFanOutStore(scheduler.db).distribute({
      now: new Date('2026-03-10T10:00:00Z'),
      catchUpMs: 3_600_000,
      limit: 1_000,
    });
    await scheduler.db.sql(`UPDATE user_questions SET created_at = slot_at`);
  };

  it('enqueues updates again that have not moved on, each on its own queue', async () => {
    await receive(1, 60);
    await receive(2, 60, 'answer.grade');
    await receive(3, 10);
    await reconcile();
    expect(found).to.deep.equal(['update 1', 'update 1']);
    expect(await scheduler.jobs('commands')).to.deep.equal(['update-1-1']);
    expect(await scheduler.jobs('answers')).to.deep.equal(['update-1-2']);
    expect(errors).to.deep.equal([]);
  });

  it('enqueues deliveries again that are pending since long', async () => {
    await decide();
    await reconcile();
    expect(found).to.deep.equal(['delivery 3']);
    expect(await scheduler.jobs('deliveries')).to.have.length(3);
  });

  it('has deliveries expired when their time is over, and two seconds later at the earliest', async () => {
    const id = await addSentDaily(scheduler.db, {
      userId: 1,
      questionId: 'streaming-2-1',
      localDate: '2026-03-10',
      expiresAt: new Date(NOON).toISOString(),
    });
    await reconcile();
    pass(1.9);
    await reconcile();
    expect(await scheduler.jobs('deliveries')).to.deep.equal([]);
    pass(0.1);
    await reconcile();
    expect(found).to.deep.equal(['expiry 1']);
    expect(await scheduler.jobs('deliveries')).to.deep.equal([`expire-${id}`]);
  });

  it('hands everything out once per stale time, and again when the queue has lost it', async () => {
    await receive(1, 60);
    await decide();
    await reconcile();
    expect(found).to.deep.equal(['update 1', 'delivery 3']);
    await loseQueue();
    pass(44);
    await reconcile();
    expect(found).to.deep.equal([]);
    pass(1);
    await reconcile();
    expect(found).to.deep.equal(['update 1', 'delivery 3']);
    expect(await scheduler.jobs('deliveries')).to.have.length(3);
  });

  it('leaves alone what is still in the queue, however long it has waited there', async () => {
    await receive(1, 60);
    await decide();
    await reconcile();
    const nudges = () =>
      scheduler.db.sql(
        'SELECT nudged_at FROM user_questions UNION ALL SELECT nudged_at FROM telegram_updates ORDER BY 1',
      );
    const before = await nudges();
    pass(3600);
    await reconcile();
    expect(found).to.deep.equal([]);
    expect(await nudges()).to.deep.equal(before);
    expect(await scheduler.jobs('commands')).to.deep.equal(['update-1-1']);
  });

  it('finds the few that the queue has lost among all that it still has', async () => {
    await addLearners(scheduler.db, { from: 100, count: 50 });
    await decide();
    await reconcile();
    await scheduler.db.sql('DELETE FROM bullmq.job WHERE id = ANY ($1)', [['send-7', 'send-20']]);
    pass(60);
    await reconcile();
    expect(found).to.deep.equal(['delivery 1', 'delivery 1']);
    expect(await scheduler.jobs('deliveries')).to.have.length(53);
  });

  it('takes what is in isolation for what is under way', async () => {
    await receive(1, 60);
    const isolation = await scheduler.queues.queue('isolation');
    await isolation.add('command.run', { updateSeq: '1' }, { jobId: 'update-1-1' });
    await reconcile();
    expect(found).to.deep.equal([]);
    expect(await scheduler.jobs('commands')).to.deep.equal([]);
  });

  it('hands nothing out while the queue cannot say what it has', async () => {
    await decide();
    await withoutServer((away) =>
      reconcile({ findMissing: (name, jobIds) => findMissing(away, name, jobIds) }),
    );
    expect(errors).to.have.length(1);
    expect(found).to.deep.equal([]);
    await reconcile();
    expect(found).to.deep.equal(['delivery 3']);
  });

  it('gives up a search when the queue takes no more, instead of handing out the rest in vain', async () => {
    await addLearners(scheduler.db, { from: 100, count: 20 });
    await decide();
    await withoutServer((away) => reconcile({ producer: makeProducer(away) }));
    expect(found).to.deep.equal(['delivery 5']);
    await reconcile();
    expect(found).to.deep.equal(['delivery 5', 'delivery 5', 'delivery 5', 'delivery 3']);
  });

  it('beats for each page of a long search', async () => {
    await addLearners(scheduler.db, { from: 100, count: 20 });
    await decide();
    let beats = 0;
    await make()(() => {
      beats += 1;
    });
    // Five pages of deliveries, and an empty one of each of the four other kinds.
    expect(beats).to.equal(9);
  });

  it('ends a tick after so many pages, goes on from there in the next, and then from the start', async () => {
    await addLearners(scheduler.db, { from: 100, count: 20 });
    await decide();
    const tick = make({ pagesPerTick: 2 });
    const enqueued: number[] = [];
    for (let i = 0; i < 3; i++) {
      await tick(() => undefined);
      enqueued.push((await scheduler.jobs('deliveries')).length);
    }
    await loseQueue();
    pass(60);
    await tick(() => undefined);
    enqueued.push((await scheduler.jobs('deliveries')).length);
    expect(enqueued).to.deep.equal([10, 20, 23, 10]);
  });

  it('puts back a schedule that is gone', async () => {
    await reconcile();
    const schedule = await scheduler.queues.queue('schedule');
    await schedule.removeJobScheduler('daily.distribute');
    await reconcile();
    expect(await schedule.getJobScheduler('daily.distribute')).to.include({ pattern: '* * * * *' });
  });

  it('brings runs up to date', async () => {
    await decide();
    await scheduler.db.sql(`UPDATE user_questions SET state = 'failed'`);
    await reconcile();
    expect((await makeRunStore(scheduler.db).latest(1))[0]).to.deep.include({
      due: 3,
      failed: 3,
      finishedAt: now,
    });
  });

  it('does all the other steps although some throw', async () => {
    await receive(1, 60);
    await decide();
    await scheduler.db.sql('ALTER TABLE telegram_updates RENAME TO telegram_updates_elsewhere');
    await reconcile({ ensureSchedules: () => Promise.reject(new Error('no answer in 5 s')) });
    const missing = 'error: relation "telegram_updates" does not exist';
    expect(errors.map(String)).to.deep.equal([missing, missing, 'Error: no answer in 5 s']);
    expect(found).to.deep.equal(['delivery 3']);
    await scheduler.db.sql('ALTER TABLE telegram_updates_elsewhere RENAME TO telegram_updates');
    await reconcile();
    expect(found).to.deep.equal(['update 1']);
  });
});
