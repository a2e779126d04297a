import { defaultPolicy } from '@rung/domain';
import { expect } from 'chai';
import {
  type Database,
  type DistributionRun,
  decideDailyNow,
  lockLearner,
  makeDeadLetterStore,
  makeFanOutStore,
  makeRunStore,
} from '../src/index.ts';
import { addLearners, addQuestions, openDatabase } from './fixtures.ts';

const SLOT = new Date('2026-03-10T10:00:00Z');
const later = (seconds: number) => new Date(SLOT.getTime() + seconds * 1000);

describe('the summary of a run', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => {
    ({ db, close } = await openDatabase());
    await addQuestions(db, { level: 2, topic: 'streaming', count: 5 });
  });
  after(() => close?.());
  beforeEach(async () => {
    await db.sql('DELETE FROM users');
    await db.sql('DELETE FROM distribution_runs');
    await db.sql('DELETE FROM dead_letters');
  });

  const distribute = (now = SLOT, limit = 1_000) =>
    makeFanOutStore(db).distribute({ now, catchUpMs: 6 * 3_600_000, limit });
  const summarise = async (now = later(60)): Promise<DistributionRun> => {
    await makeRunStore(db).summarise(now);
    const [run] = await makeRunStore(db).latest(1);
    if (run === undefined) throw new Error('there is no run');
    expect(run.sent + run.skipped + run.blocked + run.failed + (await pending()), 'sum').to.equal(run.due);
    return run;
  };
  const pending = async () =>
    (await db.sql(`SELECT FROM user_questions WHERE state = 'pending' AND distributed`)).length;
  const deliveryOf = async (userId: number) =>
    (
      await db.sql<{ id: string }>('SELECT id FROM user_questions WHERE user_id = $1 ORDER BY id DESC', [
        userId,
      ])
    )[0]?.id ?? '';
  const send = async (...userIds: number[]) => {
    await db.sql(
      `UPDATE user_questions d SET state = 'sent', sent_at = slot_at, question_id = q.id, question_version = 1,
         option_order = '{0,1,2,3}', level = 2, supply = 'unseen_level', latest = true
       FROM questions q WHERE q.id = 'streaming-2-1' AND user_id = ANY ($1)`,
      [userIds],
    );
  };
  const end = (state: string, ...userIds: number[]) =>
    db.sql('UPDATE user_questions SET state = $1 WHERE user_id = ANY ($2)', [state, userIds]);
  const ask = (userId: number, now: Date) =>
    db.transaction(async (tx) => {
      const learner = await lockLearner(tx, String(userId));
      if (learner === null) throw new Error(`no learner ${userId}`);
      return decideDailyNow(tx, learner, now, defaultPolicy);
    });

  it('adds up to who was due: sent, blocked, failed, and all others as skipped', async () => {
    await addLearners(db, { count: 8 });
    await db.sql(`UPDATE users SET paused_until = 'infinity' WHERE user_id = 1`);
    await distribute();
    await send(2, 3);
    await end('blocked', 4);
    await end('failed', 5);
    await end('expired', 6);
    expect(await summarise()).to.deep.include({ due: 8, sent: 2, blocked: 1, failed: 1, finishedAt: null });
    await db.sql('DELETE FROM users WHERE user_id = 7');
    await send(8);
    expect(await summarise()).to.deep.include({
      due: 8,
      sent: 3,
      skipped: 3,
      blocked: 1,
      failed: 1,
      finishedAt: later(60),
      questions: { unseen_level: 3 },
    });
  });

  it('leaves out who asked for the question in that minute without being due', async () => {
    await addLearners(db, { count: 2 });
    await addLearners(db, { from: 10, count: 3, nextDeliveryAt: '2026-03-10T18:00:00Z' });
    await distribute();
    for (const id of [10, 11, 12]) expect((await ask(id, later(id))).kind).to.equal('decided');
    await send(1, 2, 10, 11, 12);
    expect(await summarise()).to.deep.include({ due: 2, sent: 2, skipped: 0, finishedAt: later(60) });
  });

  it('counts for its run what a learner asks for who was due in it, and had not got it', async () => {
    await addLearners(db, { count: 2 });
    await distribute();
    await send(1);
    await end('expired', 2);
    expect(await summarise()).to.deep.include({ sent: 1, skipped: 1, finishedAt: later(60) });
    expect(await ask(2, later(3600))).to.deep.equal({ kind: 'decided', deliveryId: await deliveryOf(2) });
    expect(await summarise(later(3600))).to.deep.include({ sent: 1, skipped: 0, finishedAt: null });
    await send(2);
    expect(await summarise(later(3660))).to.deep.include({ sent: 2, skipped: 0, finishedAt: later(3660) });
  });

  it('follows a dead letter that is redriven', async () => {
    await addLearners(db, { count: 2 });
    await distribute();
    await send(1);
    const deliveryId = await deliveryOf(2);
    const letters = makeDeadLetterStore(db);
    await letters.bury({
      queue: 'deliveries',
      name: 'delivery.send',
      jobId: `send-${deliveryId}`,
      payload: { deliveryId },
      error: '500',
      attempts: 5,
      failedAt: later(30),
    });
    expect(await summarise()).to.deep.include({ sent: 1, failed: 1, finishedAt: later(60) });
    for (const letter of await letters.list(10)) await letters.redrive(letter.id);
    expect(await summarise(later(120))).to.deep.include({ sent: 1, failed: 0, finishedAt: null });
    await send(2);
    expect(await summarise(later(180))).to.deep.include({ sent: 2, failed: 0, finishedAt: later(180) });
  });

  it('is finished by nobody who has not seen the batch that comes meanwhile', async () => {
    await addLearners(db, { count: 4 });
    await distribute(SLOT, 2);
    await send(1, 2);
    const summaries = makeRunStore(db);
    for (let i = 0; i < 10; i++) {
      await addLearners(db, { from: 10 + i });
      await Promise.all([distribute(), summaries.summarise(later(i))]);
      const [run] = await summaries.latest(1);
      if (run?.finishedAt != null) expect(await pending(), `round ${i}`).to.equal(0);
      await db.sql(`DELETE FROM user_questions WHERE state = 'pending'`);
      await summarise();
    }
  });
});
