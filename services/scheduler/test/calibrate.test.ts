import { type Database, makeCalibrationStore } from '@rung/db';
import { defaultPolicy } from '@rung/domain';
import { expect } from 'chai';
import { addQuestions, openDatabase } from '../../../packages/db/test/fixtures.ts';
import { makeCalibrate } from '../src/calibrate.ts';

const LEARNERS = 40;

describe('calibrating questions', () => {
  let db: Database;
  let close: () => Promise<void>;
  const said: Record<string, unknown>[] = [];

  before(async () => {
    ({ db, close } = await openDatabase());
  });
  after(() => close());

  it('makes a question that nearly all get right easier than its level says, and one that few get right harder', async () => {
    await addQuestions(db, { level: 2, topic: 'streaming', count: 3 });
    const [easy, hard, fresh] = ['streaming-2-1', 'streaming-2-2', 'streaming-2-3'] as const;
    await answer(easy, (learner) => learner % 20 !== 0);
    await answer(hard, (learner) => learner % 3 === 0);
    await answer(fresh, () => false, defaultPolicy.minimumAnswers - 1);

    const logger = { info: (_: string, fields?: Record<string, unknown>) => said.push(fields ?? {}) };
    const calibrate = makeCalibrate({ store: makeCalibrationStore(db), policy: defaultPolicy, logger });
    await calibrate();
    const rows = await db.sql<{ id: string; difficulty: number | null; index: number }>(
      'SELECT id, difficulty, difficulty_index AS index FROM questions',
    );
    const of = (id: string) => rows.find((row) => row.id === id);
    expect(of(easy)?.index).to.be.lessThan(5);
    expect(of(hard)?.index).to.be.greaterThan(5);
    expect(of(fresh)).to.include({ difficulty: null, index: 5 });
    expect(said[0]).to.include({ answers: 2 * LEARNERS + defaultPolicy.minimumAnswers - 1, changed: 2 });

    await calibrate();
    expect(said[1]).to.include({ changed: 0 });
  });

  async function answer(
    questionId: string,
    correct: (learner: number) => boolean,
    learners = LEARNERS,
  ): Promise<void> {
    for (let learner = 1; learner <= learners; learner++) {
      await db.sql(
        `WITH learner AS (
           INSERT INTO users (user_id, bot_id, next_delivery_at) VALUES ($1, 1, now()) ON CONFLICT DO NOTHING
         ), delivery AS (
           INSERT INTO user_questions (user_id, question_id, question_version, kind, slot_at, local_date, expires_at,
             state, option_order, level, sent_at, answered_at)
           VALUES ($1, $2, 1, 'practice', now(), '2026-03-10', now(), 'answered', '{0,1,2,3}', 2, now(), now()) RETURNING id
         )
         INSERT INTO user_answers (user_id, question_id, user_question_id, selected_option, is_correct, level,
           streak_before, streak_after, answered_at, predicted)
         SELECT $1, $2, id, 0, $3, 2, 0, 0, now(), 0.75 FROM delivery`,
        [learner, questionId, correct(learner)],
      );
    }
  }
});
