import { makeCorrectionStore, makeReviewStore } from '@rung/db';
import { defaultPolicy } from '@rung/domain';
import { makeProducer } from '@rung/jobs';
import { expect } from 'chai';
import { addQuestions, addSentDaily } from '../../../packages/db/test/fixtures.ts';
import { makeTellCorrections } from '../src/tellCorrections.ts';
import { openSchedulerDatabase, type SchedulerDatabase } from './schedulerDatabase.ts';

describe('the news of corrected answers', () => {
  let site: SchedulerDatabase;

  before(async () => {
    site = await openSchedulerDatabase();
  });
  after(() => site?.close());

  it('is enqueued for each learner concerned, and again when it was not told for ten minutes', async () => {
    const { db, queues } = site;
    await addQuestions(db, { level: 2, topic: 'streaming', count: 1 });
    for (const userId of [1, 2]) {
      await db.sql(
        `INSERT INTO users (user_id, bot_id, next_delivery_at, total_questions_answered) VALUES ($1, 1, now(), 1)`,
        [userId],
      );
      await db.sql(`INSERT INTO topic_performance (user_id, topic, answered) VALUES ($1, 'streaming', 1)`, [
        userId,
      ]);
      const delivery = await addSentDaily(db, {
        userId,
        questionId: 'streaming-2-1',
        localDate: '2026-03-10',
      });
      await db.sql(
        `WITH answered AS (UPDATE user_questions SET state = 'answered', answered_at = sent_at WHERE id = $1)
         INSERT INTO user_answers (user_id, question_id, user_question_id, selected_option, is_correct, level,
           streak_before, streak_after, answered_at)
         VALUES ($2, 'streaming-2-1', $1, 3, false, 2, 0, 0, '2026-03-10T10:00:00Z')`,
        [delivery, userId],
      );
    }
    let now = new Date('2026-03-11T08:00:00Z');
    const fix = { id: 'streaming-2-1', version: 1, text: 'Question 1', options: ['a', 'b', 'c', 'd'] };
    const content = {
      correctIndex: 3,
      explanation: 'It is d.',
      reference: 'The manual',
      contentHash: 'fixed',
    };
    await makeReviewStore(db).fix({ ...fix, ...content }, { actor: 'reviewer', now });

    const tell = makeTellCorrections({
      store: makeCorrectionStore(db, defaultPolicy),
      producer: makeProducer(queues),
      clock: () => now,
    });
    expect(await tell()).to.equal(2);
    const jobs = await site.jobs('deliveries');
    expect(jobs).to.have.length(2);
    expect(jobs.every((id) => /^correction-\d+$/.test(id))).to.equal(true);
    expect(await tell()).to.equal(0);
    now = new Date(now.getTime() + 600_000);
    expect(await tell()).to.equal(2);
    expect(await site.jobs('deliveries')).to.deep.equal(jobs);
  });
});
