import {
  defaultPolicy,
  difficultyIndexOf,
  difficultyOfIndex,
  difficultyOfLevel,
  predictSuccess,
  refitDifficulties,
  updateAbility,
} from '@rung/domain';
import { expect } from 'chai';
import {
  connectDatabase,
  type Database,
  findLearner,
  findUnseen,
  makeCalibrationStore,
  migrate,
  readSupplyProfile,
  rememberRemaining,
  revert,
} from '../src/index.ts';
import { addLearners, addQuestions, addSentDaily, openDatabase, tap } from './fixtures.ts';

const cell = { level: 2, topic: 'streaming' } as const;

describe('calibration', () => {
  let db: Database;
  let url: string;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ db, url, close } = await openDatabase());
    await addQuestions(db, { ...cell, count: 4 });
    await addLearners(db, { count: 40 });
  });
  afterEach(() => close?.());

  const answer = async (userId: number, n: number, localDate: string, position: 0 | 1 | 2 | 3) => {
    await db.sql('UPDATE user_questions SET latest = false WHERE user_id = $1', [userId]);
    await tap(db, await addSentDaily(db, { userId, questionId: `streaming-2-${n}`, localDate }), position);
  };
  const predictions = () =>
    db.sql<{ predicted: number | null }>('SELECT predicted FROM user_answers ORDER BY id');

  it('moves ability with the first answer ever to a question, and with no other', async () => {
    const difficulty = difficultyOfIndex(5);
    await answer(1, 1, '2026-03-10', 1);
    const first = updateAbility(0, { difficulty, correct: true, answered: 0 }, defaultPolicy);
    expect((await findLearner(db, '1'))?.ability).to.be.closeTo(first, 1e-6);
    await answer(1, 1, '2026-03-11', 0);
    expect(await findLearner(db, '1')).to.deep.include({ ratedAnswers: 1 });
    await answer(1, 2, '2026-03-12', 0);
    const second = updateAbility(first, { difficulty, correct: false, answered: 1 }, defaultPolicy);
    const learner = await findLearner(db, '1');
    expect(learner?.ability).to.be.closeTo(second, 1e-6);
    expect(learner?.ratedAnswers).to.equal(2);
    const predicted = (await predictions()).map((row) => row.predicted);
    expect(predicted[0]).to.be.closeTo(predictSuccess(0, difficulty, defaultPolicy), 1e-6);
    expect(predicted[1]).to.equal(null);
    expect(predicted[2]).to.be.closeTo(predictSuccess(first, difficulty, defaultPolicy), 1e-6);
  });

  it('gives a question its own difficulty after thirty answers, and the index that follows from it', async () => {
    for (let userId = 1; userId <= 30; userId++) await answer(userId, 1, '2026-03-10', userId <= 3 ? 1 : 0);
    for (let userId = 1; userId <= 29; userId++) await answer(userId, 2, '2026-03-11', 2);
    await answer(1, 1, '2026-03-12', 1);
    const store = makeCalibrationStore(db);
    const { answers, levels } = await store.read();
    expect(answers).to.have.length(59);
    expect(levels.get('streaming-2-1')).to.equal(2);
    const priors = new Map([...levels].map(([id, level]) => [id, difficultyOfLevel(level)]));
    const fitted = refitDifficulties(answers, priors, defaultPolicy);
    expect(await store.save(fitted, defaultPolicy)).to.equal(1);
    expect(await store.save(fitted, defaultPolicy)).to.equal(0);
    // What a changed file of the bank leaves behind.
    await db.sql(`UPDATE questions SET difficulty_index = 5 WHERE id = 'streaming-2-1'`);
    expect(await store.save(fitted, defaultPolicy)).to.equal(1);
    const hard = fitted.get('streaming-2-1')?.difficulty ?? Number.NaN;
    expect(hard).to.be.above(difficultyOfIndex(5));
    const rows = await db.sql(
      'SELECT version, difficulty IS NOT NULL AS fitted, difficulty_index AS index FROM questions ORDER BY id LIMIT 2',
    );
    expect(rows).to.deep.equal([
      { version: 1, fitted: true, index: difficultyIndexOf(hard) },
      { version: 1, fitted: false, index: 5 },
    ]);
    const [candidate] = (await findUnseen(db, '40', cell, 0, 9)).filter(
      (found) => found.questionId === 'streaming-2-1',
    );
    expect(candidate?.difficulty).to.be.closeTo(hard, 1e-6);
  });

  it('takes in answers from before there were predictions, each first one to a question', async () => {
    await answer(1, 1, '2026-03-10', 1);
    await answer(1, 1, '2026-03-11', 0);
    await answer(2, 1, '2026-03-12', 0);
    while ((await revert({ url }))[0] !== 'Operations1763700000004');
    await migrate({ url });
    const reader = await connectDatabase({ url, poolSize: 1 });
    const rows = await reader.sql('SELECT user_id, predicted FROM user_answers ORDER BY id');
    const learners = await reader.sql('SELECT rated_answers AS rated FROM users WHERE user_id < 3');
    await reader.close();
    expect(rows).to.deep.equal([
      { user_id: '1', predicted: 0.75 },
      { user_id: '1', predicted: null },
      { user_id: '2', predicted: 0.75 },
    ]);
    expect(learners).to.deep.equal([{ rated: 1 }, { rated: 1 }]);
  });

  it('reads answers page by page without losing or doubling one', async () => {
    await db.sql(
      `WITH shown AS (
         INSERT INTO user_questions (user_id, question_id, question_version, kind, slot_at, local_date, expires_at, state,
           option_order, level, sent_at, answered_at)
         SELECT u.user_id, q.id, 1, 'practice', now(), '2026-03-10', now(), 'answered', '{0,1,2,3}', 1, now(), now()
         FROM users u, questions q RETURNING id, user_id, question_id)
       INSERT INTO user_answers (user_id, question_id, user_question_id, selected_option, is_correct, level, streak_before,
         streak_after, answered_at, predicted)
       SELECT user_id, question_id, id, 0, true, 1, 0, 0, now(), 0.75 FROM shown`,
    );
    for (const pageSize of [1, 7, 40, 160, 161]) {
      const { answers } = await makeCalibrationStore(db, pageSize).read();
      expect(answers).to.have.length(160);
      expect(new Set(answers.map(({ userId, questionId }) => `${userId} ${questionId}`)).size).to.equal(160);
    }
  });

  it('ends nobody’s "I have seen all of this cell"', async () => {
    const streaming = async () =>
      (await readSupplyProfile(db, '1')).cells.find((c) => c.topic === 'streaming');
    const before = await streaming();
    if (before === undefined) throw new Error('fixture');
    await rememberRemaining(db, '1', before, []);
    await makeCalibrationStore(db).save(
      new Map([['streaming-2-1', { difficulty: 0.3, answers: 30, standardError: 0.2 }]]),
      defaultPolicy,
    );
    expect(await streaming()).to.deep.equal({ ...before, exhausted: true });
    await db.sql(`UPDATE questions SET level = 3 WHERE id = 'streaming-2-1'`);
    expect((await streaming())?.exhausted).to.equal(true);
    await db.sql(`UPDATE questions SET level = 2 WHERE id = 'streaming-2-1'`);
    expect((await streaming())?.exhausted).to.equal(false);
  });

  it('sums each question up for its authors', async () => {
    for (let userId = 1; userId <= 4; userId++) await answer(userId, 1, '2026-03-10', userId <= 3 ? 1 : 0);
    await db.sql('UPDATE user_answers SET predicted = CASE WHEN user_id = 4 THEN 0.5 ELSE 0.7 END');
    await db.sql(
      `INSERT INTO question_reports (user_id, question_id, question_version, reason, created_at)
       VALUES (1, 'streaming-2-1', 1, 'unclear', now())`,
    );
    const quality = await db.sql('SELECT * FROM question_quality ORDER BY question_id LIMIT 2');
    expect(quality).to.deep.equal([
      {
        question_id: 'streaming-2-1',
        version: 1,
        level: 2,
        topic: 'streaming',
        source: 'static',
        status: 'active',
        answers: '4',
        correct_rate_pct: '75.0',
        predicted_pct: '65.0',
        discrimination: '1.00',
        reports: '1',
        report_rate_pct: '25.0',
        difficulty: null,
        difficulty_index: 5,
      },
      {
        question_id: 'streaming-2-2',
        version: 1,
        level: 2,
        topic: 'streaming',
        source: 'static',
        status: 'active',
        answers: '0',
        correct_rate_pct: null,
        predicted_pct: null,
        discrimination: null,
        reports: '0',
        report_rate_pct: null,
        difficulty: null,
        difficulty_index: 5,
      },
    ]);
  });
});
