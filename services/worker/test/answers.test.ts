import { expect } from 'chai';
import { type Bot, errorOf, HOUR_MS, openBot, rowsOf } from './fixtures.ts';
import type { Person } from './person.ts';

describe('an answer', () => {
  let bot: Bot;
  let ada: Person;
  before(async () => {
    bot = await openBot({ timeoutMs: 200 });
  });
  after(() => bot?.close());
  beforeEach(() => bot.calm());

  const standing = async () => {
    const { level, streak, consecutiveCorrect, freezes } = await ada.row();
    return [level, streak, consecutiveCorrect, freezes];
  };
  const join = async (level: number, streak: number, counter: number, freezes = 0) => {
    ada = await bot.learner({
      level,
      streak,
      best_streak: streak,
      consecutive_correct: counter,
      streak_freezes: freezes,
    });
  };
  const answers = () => rowsOf(bot.db, 'user_answers', ada);
  const everything = async (person: Person) => ({
    learner: await person.row(),
    answers: await rowsOf(bot.db, 'user_answers', person),
    deliveries: await rowsOf(bot.db, 'user_questions', person),
    history: await rowsOf(bot.db, 'streak_history', person),
    messages: await person.messages(),
  });

  it('that is right is marked, explained and counted, in the place of the question', async () => {
    await join(2, 5, 1);
    const delivery = await bot.daily(ada);
    const question = await ada.last();
    const { options, order, right } = await bot.shown(delivery);
    bot.clock.pass(42_000);
    const message = await ada.answers(delivery, 'right');
    expect(message.message_id).to.equal(question.message_id);
    expect(message.keyboard).to.deep.equal([[{ text: 'Report', data: `x:${delivery}` }]]);
    const letter = 'ABCD'[right];
    expect(message.text).to.include(`✅ ${letter}. ${options[order[right]]} (your answer)`);
    for (const part of [
      '✅ Correct!',
      'Because.',
      'Streak: 6 days, your best yet',
      'Level: 🌿 Intermediate, 2 right in a row',
      'Accuracy: 100% (1 of 1)',
      'Next question: Wednesday, Mar 11 at 10:00 (UTC)',
    ]) {
      expect(message.text).to.include(part);
    }
    expect(await ada.notices()).to.deep.equal(['✅ Correct!']);
    expect(await standing()).to.deep.equal([2, 6, 2, 0]);
    expect((await answers())[0]).to.deep.include({
      is_correct: true,
      selected_option: order[right],
      time_taken_ms: '42000',
      streak_before: 5,
      streak_after: 6,
    });
    expect(await bot.delivery(delivery)).to.deep.include({ state: 'feedback_delivered' });
  });

  it('that is wrong shows the choice and the right one, ends the streak and leads to the wrong pool', async () => {
    await join(3, 10, 2);
    const delivery = await bot.daily(ada);
    const { right, wrong, questionId } = await bot.shown(delivery);
    const { text } = await ada.answers(delivery, 'wrong');
    expect(text).to.match(new RegExp(`❌ ${'ABCD'[wrong]}\\. .* \\(your answer\\)`));
    expect(text).to.match(new RegExp(`✅ ${'ABCD'[right]}\\. `));
    expect(text)
      .to.include(`The answer is ${'ABCD'[right]}.`)
      .and.to.include('Your streak of 10 days ends here');
    expect(text).to.include('Back to 🌿 Intermediate').and.to.include('Accuracy: 0% (0 of 1)');
    expect(await standing()).to.deep.equal([2, 0, 0, 0]);
    const pool = await bot.db.sql(
      'SELECT question_id, remaining_tries FROM wrong_answers WHERE user_id = $1',
      [ada.id],
    );
    expect(pool).to.deep.equal([{ question_id: questionId, remaining_tries: 2 }]);
  });

  const golden = [
    [[2, 5, 1, 0], 'right', [2, 6, 2, 0], 'Intermediate, 2 right in a row'],
    [[2, 5, 2, 0], 'right', [3, 6, 0, 0], 'Promoted to 🌳 Advanced!'],
    [[4, 5, 2, 0], 'right', [4, 6, 0, 0], 'Level: 🏔️ Expert'],
    [[3, 10, 5, 0], 'wrong', [2, 0, 0, 0], 'Back to 🌿 Intermediate'],
    [[1, 2, 1, 0], 'wrong', [1, 0, 0, 0], 'Level: 🌱 Beginner'],
    [[2, 6, 0, 0], 'right', [2, 7, 1, 1], 'You earned a streak freeze'],
    [[2, 13, 0, 2], 'right', [2, 14, 1, 2], 'Streak: 14 days'],
  ] as const;
  for (const [[level, streak, counter, freezes], how, after, text] of golden) {
    it(`that is ${how} takes (${level}, ${streak}, ${counter}) to (${after.slice(0, 3).join(', ')})`, async () => {
      await join(level, streak, counter, freezes);
      const delivery = await bot.daily(ada);
      expect((await ada.answers(delivery, how)).text).to.include(text);
      expect(await standing()).to.deep.equal(after);
    });
  }

  const missed = [
    [1, [2, 10, 2, 0], [2, 1, 1, 0], 'A missed day ended your streak of 10 days.'],
    [1, [2, 10, 2, 1], [3, 11, 0, 0], 'A streak freeze covered your missed day (0 left)'],
    [
      2,
      [2, 10, 2, 1],
      [2, 1, 1, 0],
      '2 missed days ended your streak of 10 days, even with a streak freeze.',
    ],
    [2, [2, 10, 0, 2], [2, 11, 1, 0], '2 streak freezes covered your missed days (0 left)'],
  ] as const;
  for (const [days, [level, streak, counter, freezes], after, text] of missed) {
    it(`comes after ${days} missed with ${freezes} freezes in hand: the misses first, each once`, async () => {
      await join(level, streak, counter, freezes);
      const skipped: string[] = [];
      for (let day = 0; day < days; day++) skipped.push(await bot.daily(ada));
      const delivery = await bot.daily(ada);
      expect((await ada.answers(delivery, 'right')).text).to.include(text);
      expect(await standing()).to.deep.equal(after);
      for (const id of skipped) await bot.expire(id);
      expect(await standing()).to.deep.equal(after);
      const used = Math.min(days, freezes);
      expect((await rowsOf(bot.db, 'streak_history', ada)).map((row) => row.reason)).to.deep.equal([
        ...Array.from({ length: used }, () => 'freeze_used'),
        ...Array.from({ length: days - used }, () => 'day_missed'),
        'correct_answer',
      ]);
    });
  }

  it('belongs to the local date of its question, also after midnight', async () => {
    await join(2, 3, 0);
    const delivery = await bot.due(ada);
    bot.clock.set('2026-03-10T22:00:00Z');
    await bot.send(delivery);
    bot.clock.set('2026-03-11T03:59:59.999Z');
    await ada.answers(delivery, 'right');
    const next = await bot.daily(ada);
    await ada.answers(next, 'right');
    expect(await standing()).to.deep.equal([2, 5, 2, 0]);
    expect((await rowsOf(bot.db, 'streak_history', ada)).map((row) => row.local_date)).to.deep.equal([
      '2026-03-10',
      '2026-03-11',
    ]);
  });

  describe('does not count, with a polite notice and no change of state,', () => {
    beforeEach(() => join(2, 3, 1));

    it('when it is the second tap', async () => {
      const delivery = await bot.daily(ada);
      const { right } = await bot.shown(delivery);
      const { message_id } = await ada.answers(delivery, 'wrong');
      const before = await everything(ada);
      await ada.presses(`a:${delivery}:${right}`, message_id);
      expect((await ada.notices()).at(-1)).to.include('already answered this one');
      expect(await everything(ada)).to.deep.equal(before);
    });

    it('when it comes at the expiry, however early the handler; it does a millisecond before, however late', async () => {
      const delivery = await bot.daily(ada);
      bot.clock.set('2026-03-11T00:00:00Z');
      await ada.answers(delivery, 'right');
      expect((await ada.notices()).at(-1)).to.include('Time is up');
      expect(await answers()).to.have.length(0);

      const next = await bot.daily(ada);
      bot.clock.set('2026-03-11T23:59:59.999Z');
      const tap = await ada.taps(`a:${next}:0`);
      bot.clock.set('2026-03-13T08:00:00Z');
      await bot.handle(tap);
      expect(await answers()).to.have.length(1);
    });

    it('when somebody else taps', async () => {
      const delivery = await bot.daily(ada);
      const { right } = await bot.shown(delivery);
      const eve = await bot.learner();
      const [adas, eves] = [await everything(ada), await everything(eve)];
      await eve.presses(`a:${delivery}:${right}`);
      expect((await eve.notices()).at(-1)).to.include('for somebody else');
      expect([await everything(ada), await everything(eve)]).to.deep.equal([adas, eves]);
    });

    it('when it names no delivery, or nothing at all', async () => {
      const delivery = await bot.daily(ada);
      const before = await everything(ada);
      for (const data of [
        `a:${delivery}:4`,
        `a:${delivery}`,
        'a:0:1',
        'a:x:1',
        `a:${delivery}:1:1`,
        'a:-1:0',
      ]) {
        await ada.presses(data);
        expect((await ada.notices()).at(-1), data).to.include('I do not know this button');
      }
      for (const data of ['a:999999999:1', `a:${2n ** 63n - 1n}:0`]) {
        await ada.presses(data);
        expect((await ada.notices()).at(-1), data).to.include('for somebody else');
      }
      expect(await everything(ada)).to.deep.equal(before);
    });
  });

  it('counts although nobody lived to record that the question was sent', async () => {
    await join(2, 3, 1);
    const delivery = await bot.due(ada);
    await bot.fault({ kind: 'timeout', apply: true, method: 'sendMessage', count: 1 });
    await errorOf(bot.send(delivery));
    expect((await bot.delivery(delivery)).state).to.equal('pending');
    bot.clock.pass(HOUR_MS);
    const { message_id } = await ada.last();
    expect((await ada.presses(`a:${delivery}:0`)).text).to.include('Accuracy:');
    const messages = await ada.messages();
    await bot.send(delivery);
    expect(await ada.messages()).to.deep.equal(messages);
    expect(await bot.delivery(delivery)).to.deep.include({
      state: 'feedback_delivered',
      telegram_message_id: String(message_id),
    });
  });
});
