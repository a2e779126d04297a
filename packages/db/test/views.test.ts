import { expect } from 'chai';
import type { Database } from '../src/index.ts';
import { addLearners, addQuestions, addSentDaily, openDatabase } from './fixtures.ts';

describe('the views', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => {
    ({ db, close } = await openDatabase());
    await addQuestions(db, { level: 2, topic: 'streaming', count: 9 });
  });
  after(() => close?.());
  beforeEach(async () => {
    await db.sql('DELETE FROM users');
    await addLearners(db, { count: 3 });
  });

  const send = (userId: number, n: number, localDate: string) =>
    addSentDaily(db, { userId, questionId: `streaming-2-${n}`, localDate });
  const answer = async (userId: number, deliveryId: string, correct: boolean, attempt = 1) => {
    await db.sql(
      `INSERT INTO user_answers (user_id, question_id, user_question_id, attempt_no, selected_option, is_correct, level,
         streak_before, streak_after, answered_at)
       SELECT $1, question_id, id, $3, 0, $4, 2, 0, 0, now() FROM user_questions WHERE id = $2`,
      [userId, deliveryId, attempt, correct],
    );
    await db.sql(`UPDATE user_questions SET state = 'answered', answered_at = now() WHERE id = $1`, [
      deliveryId,
    ]);
  };
  const summaryOf = async (userId: number) =>
    (await db.sql('SELECT * FROM user_quiz_summary WHERE user_id = $1', [userId]))[0];
  const days = async () => {
    const rows = await db.sql<Record<string, unknown>>(
      'SELECT * FROM daily_question_stats ORDER BY quiz_date',
    );
    return rows.map((row) => [
      row.quiz_date,
      Number(row.questions_sent),
      Number(row.answered),
      Number(row.unanswered),
      Number(row.response_rate_pct),
    ]);
  };

  it('sum each learner up once, also one who has answered nothing', async () => {
    await db.sql(
      `UPDATE users SET username = 'ada', level = 3, streak = 5, best_streak = 5 WHERE user_id = 1`,
    );
    await answer(1, await send(1, 1, '2026-03-01'), true);
    await answer(1, await send(1, 2, '2026-03-02'), true);
    await answer(1, await send(1, 3, '2026-03-03'), false);
    await send(1, 4, '2026-03-04');
    expect(await summaryOf(1)).to.deep.equal({
      user_id: '1',
      username: 'ada',
      level: 3,
      streak: 5,
      total_answers: '3',
      correct_answers: '2',
      accuracy_pct: '66.7',
    });
    expect(await summaryOf(2)).to.deep.include({
      total_answers: '0',
      correct_answers: '0',
      accuracy_pct: '0',
    });
    expect(await db.sql('SELECT FROM user_quiz_summary')).to.have.length(3);
  });

  it('count no answer twice, whatever else belongs to the learner', async () => {
    await answer(1, await send(1, 1, '2026-03-01'), true);
    await answer(1, await send(1, 2, '2026-03-02'), false);
    await db.sql(
      `INSERT INTO topic_performance (user_id, topic, answered, correct)
       VALUES (1, 'streaming', 1, 1), (1, 'data_quality', 1, 0), (1, 'etl_vs_elt', 4, 4)`,
    );
    await db.sql(
      `INSERT INTO wrong_answers (user_id, question_id, missed_at, remaining_tries)
       VALUES (1, 'streaming-2-2', now(), 2), (1, 'streaming-2-3', now(), 1)`,
    );
    expect(await summaryOf(1)).to.deep.include({
      total_answers: '2',
      correct_answers: '1',
      accuracy_pct: '50.0',
    });
    expect(await days()).to.deep.equal([
      ['2026-03-01', 1, 1, 0, 100],
      ['2026-03-02', 1, 1, 0, 100],
    ]);
  });

  it('count first attempts alone: retries are no further answers', async () => {
    const id = await send(1, 1, '2026-03-01');
    await answer(1, id, false);
    await answer(1, id, true, 2);
    await answer(1, id, true, 3);
    expect(await summaryOf(1)).to.deep.include({
      total_answers: '1',
      correct_answers: '0',
      accuracy_pct: '0.0',
    });
    expect(await days()).to.deep.equal([['2026-03-01', 1, 1, 0, 100]]);
  });

  it('show for each day what was sent and answered, and nothing for a day without questions', async () => {
    await answer(1, await send(1, 1, '2026-03-01'), true);
    await answer(2, await send(2, 1, '2026-03-01'), false);
    await send(3, 1, '2026-03-01');
    await send(1, 2, '2026-03-03');
    expect(await days()).to.deep.equal([
      ['2026-03-01', 3, 2, 1, 66.7],
      ['2026-03-03', 1, 0, 1, 0],
    ]);
  });

  it('count neither practice nor what was never sent as a daily question', async () => {
    const practice = await send(1, 1, '2026-03-01');
    await db.sql(`UPDATE user_questions SET kind = 'practice' WHERE id = $1`, [practice]);
    for (const [userId, state] of [
      [1, 'pending'],
      [2, 'expired'],
      [3, 'blocked'],
    ]) {
      await db.sql(
        `INSERT INTO user_questions (user_id, kind, slot_at, local_date, expires_at, state)
         VALUES ($1, 'daily', now(), '2026-03-02', now(), $2)`,
        [userId, state],
      );
    }
    expect(await days()).to.deep.equal([]);
  });

  it('are empty when there are no learners', async () => {
    await db.sql('DELETE FROM users');
    expect(await days()).to.deep.equal([]);
    expect(await db.sql('SELECT FROM user_quiz_summary')).to.have.length(0);
  });
});
