import { expect } from 'chai';
import {
  createReport,
  type Database,
  findLatestShown,
  findShownQuestion,
  lockLearner,
  makeReviewStore,
  storeChoice,
  withdrawChoice,
} from '../src/index.ts';
import { addLearners, addQuestions, addSentDaily, openDatabase, tap } from './fixtures.ts';

const ID = 'streaming-2-1';
const at = new Date('2026-03-10T12:00:00Z');
const action = { id: ID, actor: 'op', now: at };

describe('reports', () => {
  let db: Database;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ db, close } = await openDatabase());
    await addQuestions(db, { level: 2, topic: 'streaming', count: 3 });
    await addLearners(db, { count: 6 });
  });
  afterEach(() => close?.());

  const show = (userId: number, questionId = ID, localDate = '2026-03-10') =>
    addSentDaily(db, { userId, questionId, localDate });
  const report = (userId: number, deliveryId: string) =>
    db.transaction(async (tx) => {
      await lockLearner(tx, String(userId));
      return createReport(tx, { userId: String(userId), deliveryId, reason: 'wrong_key', at });
    });
  const status = async () =>
    (await db.sql<{ status: string }>('SELECT status FROM questions WHERE id = $1', [ID]))[0]?.status;

  it('of three learners take the question away, in the same moment', async () => {
    const outcomes: string[] = [];
    for (const userId of [1, 2, 3]) outcomes.push(await report(userId, await show(userId)));
    expect(outcomes).to.deep.equal(['stored', 'stored', 'quarantined']);
    expect(await status()).to.equal('quarantined');
    expect(await report(4, await show(4))).to.equal('stored');
  });

  it('that come at once count each other', async () => {
    const shown = await Promise.all([1, 2, 3].map(async (userId) => ({ userId, id: await show(userId) })));
    const outcomes = await Promise.all(shown.map(({ userId, id }) => report(userId, id)));
    expect(outcomes.sort()).to.deep.equal(['quarantined', 'stored', 'stored']);
    expect(await status()).to.equal('quarantined');
  });

  it('count once for each learner and version, and only from who was shown the question', async () => {
    const mine = await show(1);
    expect(await report(1, mine)).to.equal('stored');
    expect(await report(1, mine)).to.equal('already');
    expect(await report(2, mine)).to.equal('not_theirs');
    expect(await report(2, '999')).to.equal('not_theirs');
    const [pending] = await db.sql<{ id: string }>(
      `INSERT INTO user_questions (user_id, kind, slot_at, local_date, expires_at)
       VALUES (2, 'daily', now(), '2026-03-10', now()) RETURNING id`,
    );
    expect(await report(2, pending?.id ?? '')).to.equal('not_theirs');
    expect(await db.sql('SELECT FROM question_reports')).to.have.length(1);
  });

  it('of a version that has been changed since take nothing away', async () => {
    const shown = await Promise.all([1, 2, 3].map(async (userId) => ({ userId, id: await show(userId) })));
    await db.sql(
      `UPDATE questions SET version = 2, question_text = 'Better', content_hash = 'b' WHERE id = $1`,
      [ID],
    );
    for (const { userId, id } of shown) expect(await report(userId, id)).to.equal('stored');
    expect(await status()).to.equal('active');
  });

  it('are asked for the question that was shown last', async () => {
    expect(await findLatestShown(db, '1')).to.equal(null);
    await show(1, 'streaming-2-2', '2026-03-09');
    const last = await show(1);
    await db.sql(
      `INSERT INTO user_questions (user_id, question_id, question_version, kind, slot_at, local_date, expires_at,
         option_order, level, latest)
       VALUES (1, 'streaming-2-3', 1, 'daily', '2026-03-11T10:00Z', '2026-03-11', now(), '{0,1,2,3}', 2, true)`,
    );
    expect(await findLatestShown(db, '1')).to.deep.equal({ deliveryId: last, text: 'Question 1' });
  });

  it('have a delivery that was not sent choose anew, and what was seen before stays seen', async () => {
    await tap(db, await show(1, ID, '2026-03-01'), 0);
    const [row] = await db.sql<{ id: string }>(
      `INSERT INTO user_questions (user_id, kind, slot_at, local_date, expires_at)
       VALUES (1, 'daily', '2026-03-10T10:00Z', '2026-03-10', '2026-03-11T00:00Z') RETURNING id`,
    );
    const delivery = { id: row?.id ?? '', userId: '1', localDate: '2026-03-10' };
    const question = { questionId: ID, version: 1, level: 2, topic: 'streaming', difficulty: 0 } as const;
    await storeChoice(db, delivery, {
      question,
      order: [0, 1, 2, 3],
      supply: 'seen_longest_ago',
      selection: {},
    });
    expect((await findShownQuestion(db, delivery.id))?.withdrawn).to.equal(false);
    for (const userId of [2, 3, 4]) await report(userId, await show(userId));
    expect((await findShownQuestion(db, delivery.id))?.withdrawn).to.equal(true);
    await withdrawChoice(db, delivery.id);
    expect(await findShownQuestion(db, delivery.id)).to.equal(null);
    const seen = await db.sql(
      'SELECT local_date, latest FROM user_questions WHERE user_id = 1 AND question_id = $1',
      [ID],
    );
    expect(seen).to.deep.equal([{ local_date: '2026-03-01', latest: true }]);
  });

  it('queue up for review, quarantined questions first', async () => {
    await report(1, await show(1, 'streaming-2-2'));
    for (const userId of [2, 3, 4]) await report(userId, await show(userId));
    expect(await makeReviewStore(db).queue(10)).to.deep.equal([
      {
        questionId: ID,
        version: 1,
        status: 'quarantined',
        reasons: { wrong_key: 3 },
        learners: 3,
        since: at,
      },
      {
        questionId: 'streaming-2-2',
        version: 1,
        status: 'active',
        reasons: { wrong_key: 1 },
        learners: 1,
        since: at,
      },
    ]);
  });

  it('show a reviewer what was answered and expected', async () => {
    for (const [userId, position] of [
      [1, 1],
      [2, 0],
      [3, 0],
    ] as const) {
      const delivery = await show(userId);
      await tap(db, delivery, position);
      await report(userId, delivery);
    }
    const details = await makeReviewStore(db).details(ID);
    expect(details?.question).to.deep.include({ id: ID, status: 'quarantined', correctIndex: 1 });
    expect(details?.choices).to.deep.equal([2, 1, 0, 0]);
    expect(details?.quality).to.deep.include({ answers: 3, correctRatePct: 33.3, predictedPct: 75 });
    expect(details?.reports.map(({ reason, status }) => `${reason} ${status}`)).to.deep.equal(
      Array(3).fill('wrong_key open'),
    );
    expect(await makeReviewStore(db).details('nobody')).to.equal(null);
  });

  it('are closed when the question is kept, which brings it back until three others report it', async () => {
    const mine = await show(1);
    await report(1, mine);
    for (const userId of [2, 3]) await report(userId, await show(userId));
    const kept = await makeReviewStore(db).keep(action);
    expect(kept).to.deep.equal({ before: 'quarantined', after: 'active', closed: 3 });
    expect(await status()).to.equal('active');
    expect(await report(1, mine)).to.equal('already');
    expect(await report(4, await show(4))).to.equal('stored');
    expect(await report(5, await show(5))).to.equal('stored');
    expect(await report(6, await show(6))).to.equal('quarantined');
    const audit = await db.sql(`SELECT actor, action, subject FROM audit_log`);
    expect(audit).to.deep.equal([{ actor: 'op', action: 'questions.keep', subject: ID }]);
  });

  it('are closed when the question is retired, for good', async () => {
    await report(1, await show(1));
    expect(await makeReviewStore(db).retire(action)).to.deep.equal({
      before: 'active',
      after: 'retired',
      closed: 1,
    });
    expect(await makeReviewStore(db).keep(action)).to.deep.equal({
      before: 'retired',
      after: 'retired',
      closed: 0,
    });
    expect(await makeReviewStore(db).retire({ ...action, id: 'nobody' })).to.equal(null);
  });
});
