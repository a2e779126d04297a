import { expect } from 'chai';
import { type Bot, errorOf, HOUR_MS, openBot, rowsOf } from './fixtures.ts';
import type { Person } from './person.ts';

describe('sending a daily question', () => {
  let bot: Bot;
  let ada: Person;
  before(async () => {
    bot = await openBot({ perCell: 6, timeoutMs: 200 });
  });
  after(() => bot?.close());
  beforeEach(async () => {
    await bot.calm();
    ada = await bot.learner();
  });

  const sends = async () => (await bot.calls(ada, 'sendMessage')).length;

  it('shows topic, level, the question and its options in the stored order, with four buttons', async () => {
    const delivery = await bot.daily(ada);
    const { options, order, text } = await bot.shown(delivery);
    const message = await ada.last();
    expect(message.text)
      .to.match(/^[\w ]+ · 🌿 Intermediate\n\n/)
      .and.to.include(text);
    const lines = order.map((index, position) => `${'ABCD'[position]}. ${options[index]}`);
    expect(message.text).to.include(lines.join('\n'));
    expect(message.keyboard).to.deep.equal([
      ['A', 'B', 'C', 'D'].map((letter, position) => ({ text: letter, data: `a:${delivery}:${position}` })),
    ]);
    expect(await bot.delivery(delivery)).to.deep.include({
      state: 'sent',
      sent_at: bot.clock.now(),
      telegram_message_id: String(message.message_id),
    });
  });

  it('does it once, however often the job comes, and nothing for a delivery that is not there', async () => {
    const delivery = await bot.daily(ada);
    const before = await sends();
    for (let i = 0; i < 3; i++) await bot.send(delivery);
    await bot.send('999999999');
    expect(await sends()).to.equal(before);
  });

  it('sends the same question in the same order when it tries again', async () => {
    const delivery = await bot.due(ada);
    await bot.fault({ kind: 'serverError', status: 503, method: 'sendMessage', count: 2 });
    for (let i = 0; i < 2; i++) {
      const error = await errorOf(bot.send(delivery));
      expect(error).to.have.property('name', 'TelegramUnavailable');
      expect(await bot.delivery(delivery)).to.deep.include({ state: 'pending', unconfirmed_sends: 0 });
    }
    const chosen = await bot.delivery(delivery);
    await bot.send(delivery);
    const sent = await bot.delivery(delivery);
    for (const column of ['question_id', 'question_version', 'option_order', 'selection', 'supply']) {
      expect(sent[column], column).to.deep.equal(chosen[column]);
    }
    const calls = (await bot.calls(ada, 'sendMessage')).slice(-3);
    expect(new Set(calls.map((call) => JSON.stringify(call.params)))).to.have.property('size', 1);
  });

  it('shuffles the options of each delivery anew', async () => {
    const orders = new Set<string>();
    for (let day = 0; day < 8; day++) orders.add(String((await bot.shown(await bot.daily(ada))).order));
    expect(orders.size).to.be.greaterThan(3);
  });

  it('deactivates who has blocked the bot after one call, and leaves them alone until they are back', async () => {
    const delivery = await bot.due(ada);
    await bot.http('POST', `/api/chats/${ada.id}/block`);
    const before = await sends();
    await bot.send(delivery);
    expect(await sends()).to.equal(before + 1);
    expect(await bot.delivery(delivery)).to.deep.include({ state: 'blocked', sent_at: null });
    expect((await ada.row()).blockedAt).to.deep.equal(bot.clock.now());

    await bot.send(delivery);
    bot.clock.pass(48 * HOUR_MS);
    expect(await bot.due(ada).catch((error: Error) => error.message)).to.include('nothing is due');
    expect(await sends()).to.equal(before + 1);

    await ada.unblocks();
    const next = await bot.daily(ada);
    expect(await bot.delivery(next)).to.deep.include({ state: 'sent' });
    expect((await ada.row()).streak).to.equal(0);
    expect(await rowsOf(bot.db, 'streak_history', ada)).to.deep.equal([]);
  });

  it('ends a delivery without a call when the learner has blocked the bot since it was decided', async () => {
    const delivery = await bot.due(ada);
    await ada.blocks();
    const before = await sends();
    await bot.send(delivery);
    expect(await bot.delivery(delivery)).to.deep.include({ state: 'blocked' });
    expect(await sends()).to.equal(before);
  });

  for (const [how, away] of [
    ['stopped', (person: Person) => person.says('/stop')],
    ['paused', (person: Person) => person.presses('p:3')],
    ['paused without an end', (person: Person) => person.presses('p:0')],
  ] as const) {
    it(`sends nothing to who has ${how} since it was decided, and the day is no miss`, async () => {
      await bot.db.sql('UPDATE users SET streak = 3, best_streak = 3 WHERE user_id = $1', [ada.id]);
      const delivery = await bot.due(ada);
      await away(ada);
      const before = await sends();
      await bot.send(delivery);
      expect(await sends()).to.equal(before);
      expect(await bot.delivery(delivery)).to.deep.include({ state: 'expired', sent_at: null });
      bot.clock.pass(48 * HOUR_MS);
      await bot.expire(delivery);
      await ada.says('/start');
      expect((await ada.row()).streak).to.equal(3);
    });
  }

  it('sends when the pause was over by then', async () => {
    await bot.db.sql(`UPDATE users SET paused_until = '2026-03-10T10:00:00Z' WHERE user_id = $1`, [ada.id]);
    const delivery = await bot.daily(ada);
    expect(await bot.delivery(delivery)).to.deep.include({ state: 'sent' });
  });

  it('moves the expiry when it sends late, and only then', async () => {
    const expiries: unknown[] = [];
    for (const sentAt of ['2026-03-10T10:00:00Z', '2026-03-10T18:00:00Z', '2026-03-10T22:00:00Z']) {
      await bot.calm();
      ada = await bot.learner();
      const delivery = await bot.due(ada);
      bot.clock.set(sentAt);
      await bot.send(delivery);
      expiries.push((await bot.delivery(delivery)).expires_at);
    }
    expect(expiries).to.deep.equal([
      new Date('2026-03-11T00:00:00Z'),
      new Date('2026-03-11T00:00:00Z'),
      new Date('2026-03-11T04:00:00Z'),
    ]);
  });

  it('sends nothing when its day is over, and that is no miss', async () => {
    const delivery = await bot.due(ada);
    const before = await sends();
    bot.clock.set('2026-03-11T00:00:00Z');
    await bot.send(delivery);
    expect(await bot.delivery(delivery)).to.deep.include({ state: 'expired', sent_at: null });
    expect(await sends()).to.equal(before);
    expect(await rowsOf(bot.db, 'streak_history', ada)).to.deep.equal([]);
  });

  it('doubles at most one message when replies are lost, and then counts the question as sent', async () => {
    const delivery = await bot.due(ada);
    const { length } = await ada.messages();
    await bot.fault({ kind: 'timeout', apply: true, method: 'sendMessage' });
    expect(await errorOf(bot.send(delivery))).to.have.property('name', 'TelegramUnavailable');
    await bot.send(delivery);
    expect(await bot.delivery(delivery)).to.deep.include({ state: 'sent', telegram_message_id: null });
    for (let i = 0; i < 3; i++) await bot.send(delivery);
    const [one, other] = (await ada.messages()).slice(length);
    expect(await ada.messages()).to.have.length(length + 2);
    expect(one).to.deep.include({ text: other?.text, keyboard: other?.keyboard });

    await bot.calm();
    bot.clock.set('2026-03-10T11:00:00Z');
    expect((await ada.presses(`a:${delivery}:0`, one?.message_id)).text).to.include('Accuracy:');
    await ada.presses(`a:${delivery}:1`, other?.message_id);
    expect((await ada.notices()).at(-1)).to.include('already answered');
    expect(await rowsOf(bot.db, 'user_answers', ada)).to.have.length(1);
  });

  it('does not double a message when the second try is confirmed', async () => {
    const delivery = await bot.due(ada);
    const { length } = await ada.messages();
    await bot.fault({ kind: 'timeout', method: 'sendMessage', count: 1 });
    await errorOf(bot.send(delivery));
    await bot.send(delivery);
    const messages = await ada.messages();
    expect(messages).to.have.length(length + 1);
    expect(await bot.delivery(delivery)).to.deep.include({
      state: 'sent',
      telegram_message_id: String(messages.at(-1)?.message_id),
    });
  });
});
