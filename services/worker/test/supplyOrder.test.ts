import { expect } from 'chai';
import { type Bot, HOUR_MS, openBot } from './fixtures.ts';

describe('a learner who comes to the end of the bank', () => {
  let bot: Bot;

  before(async () => {
    bot = await openBot({ perCell: 2 });
  });
  after(() => bot?.close());

  it('gets a question every day, in the order of supply, and none again before all were shown', async () => {
    const ada = await bot.learner({ topics: ['streaming'] });
    const days: { supply: unknown; question: unknown }[] = [];
    for (let day = 0; day < 12; day++) {
      const delivery = await bot.daily(ada);
      const { supply, question_id: question, state } = await bot.delivery(delivery);
      expect(state).to.equal('sent');
      days.push({ supply, question });
      // One question is missed; the others stay unanswered, and the level as it was.
      if (day === 1) await ada.answers(delivery, 'wrong');
      await bot.db.sql('UPDATE users SET level = 2 WHERE user_id = $1', [ada.id]);
      bot.clock.pass(HOUR_MS);
    }
    expect(days.map(({ supply }) => supply)).to.deep.equal([
      ...Array(2).fill('unseen_level'),
      ...Array(4).fill('unseen_neighbour'),
      ...Array(2).fill('unseen_other'),
      // The miss comes back, but not two days running.
      'wrong_pool',
      'seen_longest_ago',
      'wrong_pool',
      'seen_longest_ago',
    ]);
    expect(new Set(days.slice(0, 8).map(({ question }) => question)).size).to.equal(8);
    const again = days.slice(8).map(({ question }) => question);
    expect(again).to.deep.equal([days[1], days[0], days[1], days[2]].map((day) => day?.question));
  });
});
