import { makeFanOutStore, makeInboxStore, makeReconcilerStore, makeRunStore } from '@rung/db';
import { ensureSchedules, makeProducer } from '@rung/jobs';
import { expect } from 'chai';
import { addLearners, addQuestions, addSentDaily } from '../../../packages/db/test/fixtures.ts';
import { makeReconcile } from '../src/reconcile.ts';
import { openSchedulerDatabase, type SchedulerDatabase } from './schedulerDatabase.ts';

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

  const reconcile = async (more: { ensureSchedules?: () => Promise<boolean> } = {}) => {
    found = [];
    await makeReconcile({
      store: makeReconcilerStore(scheduler.db),
      runs: makeRunStore(scheduler.db),
      producer: makeProducer(scheduler.queues),
      ensureSchedules: () => ensureSchedules(scheduler.queues),
      clock: () => now,
      onFound: (what, count) => found.push(`${what} ${count}`),
      onError: (error) => errors.push(error),
      ...more,
    })();
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
      limit: 10,
    });
    await scheduler.db.sql(`UPDATE user_questions SET created_at = slot_at`);
  };

  it('enqueues updates again that have not moved on, each on its own queue', async () => {
    await receive(1, 60);
    await receive(2, 60, 'answer.grade');
    await receive(3, 10);
    await reconcile();
    expect(found).to.deep.equal(['update 2']);
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

  it('adds no second job for what is only slow', async () => {
    await receive(1, 60);
    await reconcile();
    pass(60);
    await reconcile();
    expect(found).to.deep.equal(['update 1']);
    expect(await scheduler.jobs('commands')).to.deep.equal(['update-1-1']);
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
    expect(errors.map(String)).to.deep.equal([
      'error: relation "telegram_updates" does not exist',
      'Error: no answer in 5 s',
    ]);
    expect(found).to.deep.equal(['delivery 3']);
    await scheduler.db.sql('ALTER TABLE telegram_updates_elsewhere RENAME TO telegram_updates');
    await reconcile();
    expect(found).to.deep.equal(['update 1']);
  });
});
