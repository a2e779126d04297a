import { defaultPolicy } from '@rung/domain';
import { expect } from 'chai';
import {
  countViolations,
  type Database,
  findLearner,
  findShownQuestion,
  gradeDaily,
  lockLearner,
  makeCorrectionStore,
  makeReviewStore,
  type QuestionFix,
  standingOf,
} from '../src/index.ts';
import { addLearners, addQuestions, addSentDaily, openDatabase, tap } from './fixtures.ts';

const ID = 'streaming-2-1';
const NOW = new Date('2026-03-20T12:00:00Z');
const minutesLater = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const NONE = { totals: 0, standing: 0, answers: 0, daily: 0 };

describe('a corrected key', () => {
  let db: Database;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ db, close } = await openDatabase());
    await addQuestions(db, { level: 2, topic: 'streaming', count: 3 });
    await addLearners(db, { count: 3 });
    await db.sql(`UPDATE users SET last_daily_date = '2026-12-31'`);
  });
  afterEach(() => close?.());

  const corrections = () => makeCorrectionStore(db, defaultPolicy);
  const show = async (userId: number, localDate: string, questionId = ID) => {
    await db.sql('UPDATE user_questions SET latest = false WHERE user_id = $1', [userId]);
    return addSentDaily(db, { userId, questionId, localDate, expiresAt: '2026-12-31T00:00:00Z' });
  };
  /** The fixture's key is B; `key` says another, or the same again. */
  const fix = (version: number, change: Partial<QuestionFix>) =>
    makeReviewStore(db).fix(
      {
        id: ID,
        version,
        text: 'Question 1',
        options: ['a', 'b', 'c', 'd'],
        correctIndex: 1,
        explanation: 'Because of that.',
        reference: 'Manual',
        contentHash: `v${version + 1}`,
        ...change,
      },
      { actor: 'op', now: NOW },
    );
  const regrade = (now = NOW, limit = 100) => corrections().regrade({ now, limit });
  const due = (now = minutesLater(1)) => corrections().due({ now, staleMs: 45_000, limit: 10 });
  const totals = async (userId: number) => {
    const learner = await findLearner(db, String(userId));
    return [learner?.totalCorrect, learner?.totalAnswered];
  };
  const topic = async (userId: number) =>
    (
      await db.sql<{ correct: number }>('SELECT correct FROM topic_performance WHERE user_id = $1', [userId])
    )[0]?.correct;
  const pool = (userId: number) =>
    db.sql(
      `SELECT question_id AS question, remaining_tries AS tries, missed_at AS "missedAt" FROM wrong_answers
       WHERE user_id = $1`,
      [userId],
    );

  it('judges the answers anew: correctness, totals, topic and pool, and never level or streak', async () => {
    await tap(db, await show(1, '2026-03-10'), 1);
    await tap(db, await show(2, '2026-03-10'), 2);
    const before = [await findLearner(db, '1'), await findLearner(db, '2')];
    expect(await fix(1, { correctIndex: 2 })).to.deep.equal({ kind: 'fixed', version: 2, corrected: [1] });
    expect(await regrade()).to.equal(2);

    expect(await db.sql('SELECT user_id, is_correct FROM user_answers ORDER BY user_id')).to.deep.equal([
      { user_id: '1', is_correct: false },
      { user_id: '2', is_correct: true },
    ]);
    expect([await totals(1), await totals(2)]).to.deep.equal([
      [0, 1],
      [1, 1],
    ]);
    expect([await topic(1), await topic(2)]).to.deep.equal([0, 1]);
    expect(await pool(1)).to.deep.equal([
      { question: ID, tries: 2, missedAt: new Date('2026-03-10T11:00:00Z') },
    ]);
    expect(await pool(2)).to.deep.equal([]);
    for (const [i, old] of before.entries()) {
      const { level, streak, bestStreak, consecutiveCorrect, ability } = old ?? {};
      const learner = await findLearner(db, String(i + 1));
      expect(learner).to.deep.include({ level, streak, bestStreak, consecutiveCorrect, ability });
    }
    const events = await db.sql(
      `SELECT user_id, payload->'correct' AS correct FROM outbox_events WHERE type = 'answer.corrected' ORDER BY 1`,
    );
    expect(events).to.deep.equal([
      { user_id: '1', correct: false },
      { user_id: '2', correct: true },
    ]);
    expect(await countViolations(db, new Date(0))).to.deep.equal(NONE);
  });

  it('changes nothing the second time', async () => {
    await tap(db, await show(1, '2026-03-10'), 1);
    await fix(1, { correctIndex: 2 });
    expect(await regrade()).to.equal(1);
    expect(await regrade()).to.equal(0);
    expect(await fix(1, { correctIndex: 2 })).to.deep.equal({ kind: 'outdated' });
    expect(await fix(2, { correctIndex: 2, contentHash: 'v2' })).to.deep.equal({ kind: 'unchanged' });
    expect(await totals(1)).to.deep.equal([0, 1]);
    expect(await db.sql('SELECT FROM answer_corrections')).to.have.length(1);
  });

  it('is worked off by several at once without correcting an answer twice', async () => {
    for (const userId of [1, 2, 3]) await tap(db, await show(userId, '2026-03-10'), 1);
    await fix(1, { correctIndex: 2 });
    const counts = await Promise.all([regrade(), regrade(), regrade(), regrade()]);
    expect(counts.reduce((sum, count) => sum + count, 0)).to.equal(3);
    for (const userId of [1, 2, 3]) expect(await totals(userId)).to.deep.equal([0, 1]);
  });

  it('counts for a question that is still open on the screen, with the new explanation', async () => {
    const open = await show(1, '2026-03-10');
    await fix(1, { correctIndex: 2 });
    expect(await findShownQuestion(db, open)).to.deep.include({
      correctIndex: 2,
      explanation: 'Because of that.',
      withdrawn: true,
    });
    expect((await tap(db, open, 2)).correct).to.equal(true);
    expect(await regrade()).to.equal(0);
  });

  it('is found by its text where the fix has moved the options', async () => {
    const open = await show(1, '2026-03-10');
    await tap(db, await show(2, '2026-03-10'), 2);
    expect(await fix(1, { options: ['d', 'c', 'b', 'a'], correctIndex: 1 })).to.deep.include({
      kind: 'fixed',
    });
    expect(await findShownQuestion(db, open)).to.deep.include({
      correctIndex: 2,
      options: ['a', 'b', 'c', 'd'],
    });
    expect(await regrade()).to.equal(1);
    expect(await totals(2)).to.deep.equal([1, 1]);
  });

  it('leaves answers as they are when the fix is one of words, and refuses one that is both', async () => {
    await tap(db, await show(1, '2026-03-10'), 1);
    const both = { options: ['a', 'b', 'c', 'e'], correctIndex: 2 };
    expect(await fix(1, both)).to.deep.equal({ kind: 'ambiguous' });
    expect(await fix(1, { options: ['a', 'b!', 'c', 'e'] })).to.deep.include({
      kind: 'fixed',
      corrected: [],
    });
    expect(await regrade()).to.equal(0);
    expect(await totals(1)).to.deep.equal([1, 1]);
    const [row] = await db.sql('SELECT version, reviewed_at AS reviewed FROM questions WHERE id = $1', [ID]);
    expect(row).to.deep.equal({ version: 2, reviewed: NOW });
  });

  it('plays the wrong pool through again over all first attempts', async () => {
    await tap(db, await show(1, '2026-03-10'), 2);
    await tap(db, await show(1, '2026-03-11'), 1);
    await tap(db, await show(1, '2026-03-12'), 1);
    expect(await pool(1)).to.deep.equal([]);
    await fix(1, { correctIndex: 2 });
    expect(await regrade()).to.equal(3);
    expect(await pool(1)).to.deep.equal([
      { question: ID, tries: 2, missedAt: new Date('2026-03-12T11:00:00Z') },
    ]);
    expect(await totals(1)).to.deep.equal([1, 3]);
  });

  it('is told to each learner once for a fix, however many of their answers it changed', async () => {
    await tap(db, await show(1, '2026-03-10'), 2);
    await tap(db, await show(1, '2026-03-11'), 1);
    await fix(1, { correctIndex: 2 });
    const [answerId, ...others] = await due();
    expect(others).to.deep.equal([]);
    expect(await due(minutesLater(1.5))).to.deep.equal([]);
    expect(await due(minutesLater(2))).to.deep.equal([answerId]);
    const told = await corrections().findUntold(answerId ?? '');
    expect(told).to.deep.include({
      topic: 'streaming',
      level: 2,
      text: 'Question 1',
      answer: 'c',
      explanation: 'Because of that.',
      correct: false,
    });
    expect(told?.learner).to.deep.include({ userId: '1', totalCorrect: 1, totalAnswered: 2 });
    await corrections().markTold(answerId ?? '');
    expect(await corrections().findUntold(answerId ?? '')).to.equal(null);
    expect(await due(minutesLater(9))).to.deep.equal([]);
  });

  it('is told to nobody who has blocked the bot, nor when telling it failed for good', async () => {
    await tap(db, await show(1, '2026-03-10'), 1);
    await fix(1, { correctIndex: 2 });
    await db.sql('UPDATE users SET blocked_at = now() WHERE user_id = 1');
    expect(await due()).to.deep.equal([]);
    await db.sql('UPDATE users SET blocked_at = NULL WHERE user_id = 1');
    const [{ id } = { id: '' }] = await db.sql<{ id: string }>('SELECT id FROM user_answers');
    await db.sql(
      `INSERT INTO dead_letters (queue, job, job_id, payload, error, attempts, failed_at)
       VALUES ('deliveries', 'correction.tell', $1, '{}', 'e', 5, now())`,
      [`correction-${id}`],
    );
    expect(await due(minutesLater(5))).to.deep.equal([]);
    await db.sql('UPDATE dead_letters SET redriven_at = now()');
    expect(await due(minutesLater(9))).to.deep.equal([id]);
  });

  it('that is taken back before anybody was told leaves nothing to tell', async () => {
    await tap(db, await show(1, '2026-03-10'), 1);
    await fix(1, { correctIndex: 2 });
    await regrade();
    expect(await fix(2, { correctIndex: 1, contentHash: 'v3' })).to.deep.include({ corrected: [1, 2] });
    expect(await regrade()).to.equal(1);
    expect(await totals(1)).to.deep.equal([1, 1]);
    expect(await db.sql('SELECT FROM answer_corrections')).to.have.length(0);
  });

  it('that is corrected again after they were told is told again', async () => {
    await tap(db, await show(1, '2026-03-10'), 1);
    await fix(1, { correctIndex: 2 });
    const [answerId = ''] = await due();
    await corrections().markTold(answerId);
    await fix(2, { correctIndex: 1, contentHash: 'v3' });
    expect(await due(minutesLater(9))).to.deep.equal([answerId]);
    expect(await corrections().findUntold(answerId)).to.deep.include({ answer: 'b', correct: true });
  });

  it('reaches an answer that was being graded with the old one when it was fixed', async () => {
    const open = await show(1, '2026-03-10');
    await db.transaction(async (tx) => {
      const learner = await lockLearner(tx, '1');
      const shown = await findShownQuestion(tx, open);
      if (learner === null || shown === null) throw new Error('fixture');
      await fix(1, { correctIndex: 2 });
      expect(await regrade()).to.equal(0);
      const receivedAt = new Date('2026-03-10T11:00:00Z');
      const graded = await gradeDaily(
        tx,
        learner,
        standingOf(learner),
        shown,
        { position: 1, receivedAt, messageId: 7 },
        defaultPolicy,
      );
      expect(graded.correct).to.equal(true);
    });
    expect(await due()).to.have.length(1);
    expect(await totals(1)).to.deep.equal([0, 1]);
  });

  it('is done with once nothing can be under way any more', async () => {
    await tap(db, await show(1, '2026-03-10'), 1);
    await fix(1, { correctIndex: 2 });
    const watched = async () =>
      (await db.sql('SELECT FROM question_versions WHERE corrected_by IS NOT NULL AND regraded_at IS NULL'))
        .length;
    await regrade(minutesLater(5), 1);
    expect(await watched()).to.equal(1);
    await regrade(minutesLater(0.5));
    expect(await watched()).to.equal(1);
    await regrade(minutesLater(5));
    expect(await watched()).to.equal(0);
  });
});
