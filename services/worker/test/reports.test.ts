import { makeCorrectionStore, makeReviewStore } from '@rung/db';
import { defaultPolicy } from '@rung/domain';
import { expect } from 'chai';
import { type Bot, openBot, rowsOf } from './fixtures.ts';
import type { Person } from './person.ts';

describe('reports', () => {
  let bot: Bot;
  let ada: Person;

  before(async () => {
    bot = await openBot();
  });
  beforeEach(async () => {
    await bot.calm();
    ada = await bot.learner();
  });
  after(() => bot.close());

  /** A learner's sent delivery of this question, as if it had been chosen for them. */
  async function dailyOf(person: Person, questionId: string): Promise<string> {
    const deliveryId = await bot.due(person);
    await bot.db.sql(
      `UPDATE user_questions d SET question_id = q.id, question_version = q.version, option_order = '{0,1,2,3}',
         level = q.level, latest = true
       FROM questions q WHERE q.id = $2 AND d.id = $1`,
      [deliveryId, questionId],
    );
    await bot.send(deliveryId);
    return deliveryId;
  }

  const statusOf = async (questionId: string) => {
    const [row] = await bot.db.sql<{ status: string }>('SELECT status FROM questions WHERE id = $1', [
      questionId,
    ]);
    return row?.status;
  };

  it('ask for a reason under the answered question, and thank for it in place of the reasons', async () => {
    const delivery = await bot.daily(ada);
    const answered = await ada.answers(delivery, 'wrong');
    await ada.presses(`x:${delivery}`);
    const asked = await ada.last();
    expect(asked.message_id).not.to.equal(answered.message_id);
    expect(asked.text).to.include('What is wrong with this question?');
    expect(asked.keyboard?.flat().map(({ text }) => text)).to.deep.equal([
      'The answer is wrong',
      'Unclear',
      'Outdated',
      'Offensive',
      'Something else',
    ]);
    const thanked = await ada.presses(`x:${delivery}:w`);
    expect(thanked.message_id).to.equal(asked.message_id);
    expect(thanked.text).to.include('Thank you!');
    expect(thanked.keyboard ?? []).to.deep.equal([]);
    const [report] = await rowsOf(bot.db, 'question_reports', ada);
    expect(report).to.include({ reason: 'wrong_key', status: 'open', user_question_id: delivery });
  });

  it('count once for each learner and question, whatever the reasons', async () => {
    const delivery = await bot.daily(ada);
    await ada.presses(`x:${delivery}`);
    await ada.presses(`x:${delivery}:u`);
    expect((await ada.presses(`x:${delivery}:f`)).text).to.include('already');
    expect(await rowsOf(bot.db, 'question_reports', ada)).to.have.length(1);
  });

  it('concern the question shown last when they come by /report', async () => {
    expect((await ada.says('/report')).text).to.include('no question to report yet');
    const delivery = await bot.daily(ada);
    const { text } = await bot.shown(delivery);
    const asked = await ada.says('/report');
    expect(asked.text).to.include(text);
    expect(asked.keyboard?.[0]?.[0]?.data).to.equal(`x:${delivery}:w`);
  });

  it("of somebody else's question change nothing and say so", async () => {
    const delivery = await bot.daily(ada);
    const mallory = await bot.learner();
    await bot.daily(mallory);
    const before = (await mallory.messages()).length;
    await mallory.presses(`x:${delivery}`);
    await mallory.presses(`x:${delivery}:w`);
    expect((await mallory.messages()).length).to.equal(before);
    expect((await mallory.notices()).slice(-2)).to.deep.equal(
      Array(2).fill('This question is for somebody else. Send /start to get your own.'),
    );
    expect(await rowsOf(bot.db, 'question_reports', mallory)).to.deep.equal([]);
  });

  it('of three learners take the question away at once, also from a delivery that has not gone out', async () => {
    const questionId = 'streaming-2-1';
    const waiting = await bot.learner();
    const pending = await bot.due(waiting);
    await bot.db.sql(
      `UPDATE user_questions SET question_id = $2, question_version = 1, option_order = '{0,1,2,3}', level = 2,
         latest = true WHERE id = $1`,
      [pending, questionId],
    );
    bot.clock.set('2026-03-10T08:00:00Z');
    for (const reporter of [ada, await bot.learner(), await bot.learner()]) {
      expect(await statusOf(questionId)).to.equal('active');
      const delivery = await dailyOf(reporter, questionId);
      await reporter.presses(`x:${delivery}`);
      await reporter.presses(`x:${delivery}:w`);
      bot.clock.set('2026-03-10T08:00:00Z');
    }
    expect(await statusOf(questionId)).to.equal('quarantined');
    await bot.send(pending);
    const { question_id, state } = await bot.delivery(pending);
    expect(state).to.equal('sent');
    expect(question_id).not.to.equal(questionId);
  });

  it('of a wrong key end in a corrected answer, of which each learner is told once', async () => {
    const questionId = 'data_quality-2-2';
    const delivery = await dailyOf(ada, questionId);
    const question = await bot.shown(delivery);
    await ada.presses(`a:${delivery}:${question.wrong}`, question.messageId ?? undefined);
    const lost = await ada.row();
    expect(lost).to.include({ totalCorrect: 0, level: 1 });

    const review = makeReviewStore(bot.db);
    const fixed = await review.fix(
      {
        id: questionId,
        version: 1,
        text: question.text,
        options: [...question.options],
        correctIndex: question.order[question.wrong],
        explanation: 'Looked at again.',
        reference: 'The manual',
        contentHash: 'another',
      },
      { actor: 'reviewer', now: bot.clock.now() },
    );
    expect(fixed).to.deep.include({ kind: 'fixed', version: 2 });
    const corrections = makeCorrectionStore(bot.db, defaultPolicy);
    const due = await corrections.due({ now: bot.clock.now(), staleMs: 45_000, limit: 100 });
    expect(due).to.have.length(1);

    const before = (await ada.messages()).length;
    for (let i = 0; i < 3; i++) await bot.tellCorrection(due[0] ?? '');
    const told = (await ada.messages()).slice(before);
    expect(told).to.have.length(1);
    expect(told[0]?.text)
      .to.include('had a mistake in it')
      .and.to.include('You were right after all')
      .and.to.include('Looked at again.')
      .and.to.include('100% (1 of 1)');
    expect(await ada.row()).to.include({ totalCorrect: 1, totalAnswered: 1, level: 1, streak: 0 });
    expect(await corrections.due({ now: bot.clock.now(), staleMs: 0, limit: 100 })).to.deep.equal([]);
  });
});
