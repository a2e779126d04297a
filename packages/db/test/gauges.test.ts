import { expect } from 'chai';
import {
  type Database,
  makeDeadLetterStore,
  makeInboxStore,
  readGauges,
  readPopulation,
  readPunctuality,
  recordBackupRun,
} from '../src/index.ts';
import { addLearners, addQuestions, addSentDaily, openDatabase } from './fixtures.ts';

const NOW = new Date('2026-03-10T12:00:00Z');
const secondsAgo = (seconds: number) => new Date(NOW.getTime() - seconds * 1000);

describe('the gauges', () => {
  let db: Database;
  let close: () => Promise<void>;
  beforeEach(async () => ({ db, close } = await openDatabase()));
  afterEach(() => close?.());

  const read = async () => ({ ...(await readGauges(db, NOW, 120_000)), ...(await readPopulation(db, NOW)) });

  it('are zero or empty for an empty database', async () => {
    const { connections, ...rest } = await read();
    expect(rest).to.deep.equal({
      inboxOldestAge: 0,
      overdueLearners: 0,
      deadLetters: 0,
      lastSuccess: { backup: null, drill: null },
      learnersByLevel: {},
      learnersByState: { active: 0, paused: 0, blocked: 0, stopped: 0 },
      topicAccuracy: {},
      unseenQuestions: {},
    });
    expect(connections.used).to.be.within(1, connections.max);
  });

  it('tell when the last backup and the last drill succeeded', async () => {
    const started = Date.now();
    const run = { file: 'rung.dump.age', startedAt: new Date(), bytes: 1, rowCount: 1 };
    await recordBackupRun(db, { ...run, kind: 'backup' });
    const { lastSuccess } = await read();
    expect(lastSuccess.backup).to.be.within(started / 1000 - 60, Date.now() / 1000 + 60);
    expect(lastSuccess.drill).to.equal(null);
    await recordBackupRun(db, { ...run, kind: 'drill' });
    await db.sql(
      `UPDATE backup_runs SET started_at = to_timestamp(5), succeeded_at = to_timestamp(7) WHERE kind = 'backup'`,
    );
    expect((await read()).lastSuccess.backup).to.equal(7);
    expect((await read()).lastSuccess.drill).to.be.greaterThan(1_000);
  });

  it('tell the age of the oldest update that is not handled, and of no other', async () => {
    const ages = { received: 30, applied: 90, done: 1000, dead: 2000, quarantined: 3000 };
    for (const [i, [status, age]] of Object.entries(ages).entries()) {
      await makeInboxStore(db).store([
        {
          botId: '1',
          updateId: i,
          userId: '1',
          job: 'command.run',
          payload: '{}',
          receivedAt: secondsAgo(age),
          quarantine: null,
        },
      ]);
      await db.sql('UPDATE telegram_updates SET status = $2 WHERE update_id = $1', [i, status]);
    }
    expect((await read()).inboxOldestAge).to.equal(90);
  });

  it('count as overdue who has been due for longer than allowed and can be served', async () => {
    await addLearners(db, { from: 1, count: 2, nextDeliveryAt: secondsAgo(121).toISOString() });
    await addLearners(db, { from: 3, count: 3, nextDeliveryAt: secondsAgo(119).toISOString() });
    await addLearners(db, { from: 10, count: 2, nextDeliveryAt: secondsAgo(5000).toISOString() });
    await db.sql('UPDATE users SET opt_in_daily_quiz = false WHERE user_id = 10');
    await db.sql('UPDATE users SET blocked_at = now() WHERE user_id = 11');
    expect((await read()).overdueLearners).to.equal(2);
  });

  it('count each learner once, by level and by state', async () => {
    await addLearners(db, { from: 1, count: 4, level: 1 });
    await addLearners(db, { from: 5, count: 6, level: 3 });
    await db.sql(`UPDATE users SET paused_until = 'infinity' WHERE user_id IN (1, 2, 3)`);
    await db.sql(`UPDATE users SET paused_until = $1 WHERE user_id = 4`, [secondsAgo(1)]);
    await db.sql('UPDATE users SET opt_in_daily_quiz = false WHERE user_id IN (2, 5, 6)');
    await db.sql('UPDATE users SET blocked_at = now() WHERE user_id IN (3, 5)');
    const { learnersByLevel, learnersByState } = await read();
    expect(learnersByLevel).to.deep.equal({ 1: 4, 3: 6 });
    expect(learnersByState).to.deep.equal({ active: 5, paused: 1, blocked: 2, stopped: 2 });
  });

  it('tell the share of right answers by topic, over all learners', async () => {
    await addLearners(db, { count: 3 });
    await db.sql(
      `INSERT INTO topic_performance (user_id, topic, answered, correct)
       VALUES (1, 'streaming', 3, 1), (2, 'streaming', 1, 1), (1, 'data_quality', 2, 0)`,
    );
    expect((await read()).topicAccuracy).to.deep.equal({ streaming: 0.5, data_quality: 0 });
  });

  it('tell how many active questions of their level learners have not seen, on average', async () => {
    await addLearners(db, { from: 1, count: 2, level: 2 });
    await addLearners(db, { from: 3, level: 3 });
    await addQuestions(db, { level: 2, topic: 'streaming', count: 10 });
    await addQuestions(db, { level: 3, topic: 'streaming', count: 4 });
    const show = (userId: number, questionId: string, day: number) =>
      addSentDaily(db, { userId, questionId, localDate: `2026-03-0${day}` });
    await show(1, 'streaming-2-1', 1);
    await show(1, 'streaming-2-2', 2);
    await show(1, 'streaming-2-3', 3);
    await show(1, 'streaming-3-1', 4);
    await show(3, 'streaming-2-1', 1);
    expect((await read()).unseenQuestions).to.deep.equal({ 2: 8.5, 3: 4 });
    await db.sql(`UPDATE questions SET status = 'retired' WHERE id IN ('streaming-2-1', 'streaming-2-2')`);
    expect((await read()).unseenQuestions).to.deep.equal({ 2: 7.5, 3: 4 });
  });

  it('count dead letters that nobody has redriven', async () => {
    const letters = makeDeadLetterStore(db);
    for (const n of [1, 2, 3]) {
      await letters.bury({
        queue: 'answers',
        name: 'command.run',
        jobId: `update-1-${n}`,
        payload: {},
        error: 'x',
        attempts: 5,
        failedAt: NOW,
      });
    }
    await letters.redrive((await letters.list(1))[0]?.id ?? '');
    expect((await read()).deadLetters).to.equal(2);
  });

  it('count a daily question as late that was not sent in 15 minutes and the time that the budget needs', async () => {
    await addLearners(db, { count: 9 });
    await addQuestions(db, { level: 2, topic: 'streaming', count: 1 });
    const slot = '2026-03-10T10:00:00Z';
    const daily = async (userId: number, change: string, slotAt = slot) => {
      const id = await addSentDaily(db, { userId, questionId: 'streaming-2-1', localDate: '2026-03-10' });
      await db.sql(`UPDATE user_questions SET slot_at = $2, sent_at = $2 WHERE id = $1`, [id, slotAt]);
      await db.sql(`UPDATE user_questions SET ${change} WHERE id = $1`, [id]);
    };
    // 1,000 due with them at 10 a second: 100 seconds more.
    await db.sql(`INSERT INTO distribution_runs (slot_at, due, started_at) VALUES ($1, 1000, $1)`, [slot]);
    await daily(1, `sent_at = slot_at + interval '999 seconds'`);
    await daily(2, `sent_at = slot_at + interval '1001 seconds'`);
    await daily(3, `state = 'pending', sent_at = NULL`);
    await daily(4, `state = 'blocked', sent_at = NULL`);
    await daily(5, `state = 'failed', sent_at = NULL`);
    // Paused before it was sent: nobody is owed anything.
    await daily(6, `state = 'expired', sent_at = NULL, expired_at = slot_at + interval '1 minute'`);
    await daily(7, `state = 'expired', sent_at = NULL, expired_at = expires_at, expires_at = slot_at`);
    // Of another day, and one whose time is not over.
    await daily(8, `state = 'pending', sent_at = NULL`, '2026-03-09T11:00:00Z');
    await daily(9, `state = 'pending', sent_at = NULL`, '2026-03-10T11:50:00Z');
    expect(await readPunctuality(db, NOW, 10)).to.deep.equal({ in_time: 2, late: 4 });
    expect(await readPunctuality(db, NOW, 9)).to.deep.equal({ in_time: 3, late: 3 });
  });

  it('cannot be read when the database is gone, rather than read as zero', async () => {
    const other = await openDatabase();
    await other.close();
    const failed = await readGauges(other.db, NOW, 120_000).then(
      () => false,
      () => true,
    );
    expect(failed).to.equal(true);
  });
});
