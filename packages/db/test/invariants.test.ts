import { defaultPolicy } from '@rung/domain';
import { expect } from 'chai';
import {
  countViolations,
  type Database,
  findLearner,
  findShownQuestion,
  gradeDaily,
  standingOf,
} from '../src/index.ts';
import { addLearners, addQuestions, addSentDaily, openDatabase } from './fixtures.ts';

const NONE = { totals: 0, standing: 0, answers: 0, daily: 0 };
const EVER = new Date(0);

describe('the invariants', () => {
  let db: Database;
  let close: () => Promise<void>;
  let deliveryId: string;

  beforeEach(async () => {
    ({ db, close } = await openDatabase());
    await addQuestions(db, { level: 2, topic: 'streaming', count: 2 });
    await addLearners(db, {});
    await db.sql(`UPDATE users SET last_daily_date = '2026-03-10'`);
    deliveryId = await addSentDaily(db, { userId: 1, questionId: 'streaming-2-1', localDate: '2026-03-10' });
    await db.transaction(async (tx) => {
      const learner = await findLearner(tx, '1');
      const shown = await findShownQuestion(tx, deliveryId);
      if (learner === null || shown === null) throw new Error('fixture');
      const tap = { position: 1, receivedAt: new Date('2026-03-10T10:00:09Z'), messageId: 7 } as const;
      await gradeDaily(tx, learner, standingOf(learner), shown, tap, defaultPolicy);
    });
  });
  afterEach(() => close?.());

  it('hold after a graded answer', async () => {
    expect(await countViolations(db, EVER)).to.deep.equal(NONE);
  });

  for (const [check, damage] of [
    ['totals', 'UPDATE users SET total_questions_answered = 2'],
    ['standing', 'UPDATE users SET streak = 5, best_streak = 5'],
    ['answers', 'DELETE FROM user_answers'],
    ['daily', `UPDATE users SET last_daily_date = '2026-03-09'`],
  ] as const) {
    it(`name ${check} when these rows no longer belong together`, async () => {
      await db.sql(damage);
      const found = await countViolations(db, EVER);
      expect(found[check]).to.equal(1);
    });
  }

  it('look only at learners who changed of late', async () => {
    await db.sql('UPDATE users SET streak = 5, best_streak = 5');
    expect(await countViolations(db, new Date('2999-01-01'))).to.deep.equal(NONE);
  });
});
