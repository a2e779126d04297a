import { expect } from 'chai';
import { type Bot, errorOf, HOUR_MS, openBot, rowsOf } from './fixtures.ts';
import type { Person } from './person.ts';

const HAD_ONE = "✅ You have had today's question.";

describe('/quiz', () => {
  let bot: Bot;
  let ada: Person;
  before(async () => {
    bot = await openBot({ perCell: 2 });
  });
  after(() => bot?.close());
  beforeEach(async () => {
    await bot.calm();
    ada = await bot.learner();
  });

  const dailies = () => rowsOf(bot.db, 'user_questions', ada);
  const letters = ['A', 'B', 'C', 'D'];

  it("sends today's daily at once, by command or button, and moves the next one to tomorrow", async () => {
    for (const ask of [() => ada.says('/quiz'), () => ada.presses('q').then(() => ada.last())]) {
      ada = await bot.learner();
      const message = await ask();
      expect(message.keyboard?.[0]?.map((button) => button.text)).to.deep.equal(letters);
      expect(await dailies()).to.have.length(1);
      expect((await dailies())[0]).to.deep.include({
        kind: 'daily',
        state: 'sent',
        local_date: '2026-03-10',
        expires_at: new Date('2026-03-11T00:00:00Z'),
      });
      expect(await ada.row()).to.deep.include({
        lastDailyDate: '2026-03-10',
        nextDeliveryAt: new Date('2026-03-11T10:00:00Z'),
      });
    }
  });

  it('leaves the greeting with its buttons where it is when the button is used', async () => {
    const [greeting] = await ada.messages();
    expect(await ada.presses('q')).to.deep.equal(greeting);
    expect(await bot.calls(ada, 'answerCallbackQuery')).to.have.length(1);
  });

  it('sends the question once although Telegram failed to take the answer to the tap', async () => {
    await bot.fault({ kind: 'serverError', status: 502, method: 'answerCallbackQuery', count: 1 });
    const tap = await ada.taps('q');
    expect(await errorOf(bot.handle(tap)))
      .to.have.property('message')
      .that.includes('502');
    await bot.handle(tap);
    expect(await ada.messages()).to.have.length(2);
  });

  it('shows an open daily again with the same question and order, and answers count on either', async () => {
    const first = await ada.says('/quiz');
    const second = await ada.says('/quiz');
    expect(second.message_id).to.be.greaterThan(first.message_id);
    expect({ ...second, message_id: 0 }).to.deep.include({ text: first.text, keyboard: first.keyboard });
    expect(await dailies()).to.have.length(1);
    const data = first.keyboard?.[0]?.[0]?.data ?? '';
    expect((await ada.presses(data, first.message_id)).text).to.include('Accuracy:');
    await ada.presses(data, second.message_id);
    expect((await ada.notices()).at(-1)).to.include('already answered');
  });

  it('says after the answer when the next one comes', async () => {
    await ada.says('/quiz');
    await ada.answers(String((await dailies())[0]?.id), 'right');
    const { text } = await ada.says('/quiz');
    expect(text).to.include(HAD_ONE);
    expect(text).to.include('Wednesday, Mar 11 at 10:00 (UTC)');
    expect(await dailies()).to.have.length(1);
  });

  it('sends one that is decided and not yet sent, and the job then sends nothing more', async () => {
    const delivery = await bot.due(ada);
    await ada.says('/quiz');
    expect((await bot.delivery(delivery)).state).to.equal('sent');
    const before = await ada.messages();
    await bot.send(delivery);
    expect(await ada.messages()).to.deep.equal(before);
    expect(await dailies()).to.have.length(1);
  });

  it('shows the open one of yesterday first, and then the one of today', async () => {
    await bot.db.sql(
      `UPDATE users SET delivery_time = '23:00', next_delivery_at = '2026-03-10T23:00Z' WHERE user_id = $1`,
      [ada.id],
    );
    const yesterday = await bot.daily(ada);
    bot.clock.set('2026-03-11T01:00:00Z');
    await ada.says('/quiz');
    expect(await dailies()).to.have.length(1);
    await ada.answers(yesterday, 'right');
    await ada.says('/quiz');
    expect((await dailies()).map((row) => row.local_date)).to.deep.equal(['2026-03-10', '2026-03-11']);
    expect((await ada.row()).nextDeliveryAt).to.deep.equal(new Date('2026-03-12T23:00:00Z'));
  });

  it('gives no second one for a local date, nor one for an earlier date, after a change of zone', async () => {
    for (const asksAt of ['2026-03-10T08:00:00Z', '2026-03-10T12:00:00Z']) {
      ada = await bot.learner({ timezone: 'Pacific/Auckland' });
      bot.clock.set(asksAt);
      await ada.says('/quiz');
      await ada.answers(String((await dailies())[0]?.id), 'right');
      await ada.says('/settings');
      await ada.presses('z');
      await ada.presses('z:Pacific/Honolulu');
      bot.clock.pass(3 * HOUR_MS);
      expect((await ada.says('/quiz')).text, asksAt).to.include(HAD_ONE);
      expect(await dailies()).to.have.length(1);
    }
  });

  it('brings out one that was blocked or failed, once the cause is gone', async () => {
    for (const state of ['blocked', 'failed']) {
      ada = await bot.learner();
      const delivery = await bot.due(ada);
      await bot.db.sql('UPDATE user_questions SET state = $2 WHERE id = $1', [delivery, state]);
      await ada.says('/quiz');
      expect(await bot.delivery(delivery), state).to.deep.include({ state: 'sent' });
    }
  });

  it('brings out one that a pause or a stop had kept back, once the learner is back the same day', async () => {
    for (const [leave, comeBack] of [
      [() => ada.presses('p:0'), '/resume'],
      [() => ada.says('/stop'), '/start'],
    ] as const) {
      ada = await bot.learner();
      const delivery = await bot.due(ada);
      await leave();
      await bot.send(delivery);
      expect((await bot.delivery(delivery)).sent_at).to.equal(null);
      bot.clock.pass(HOUR_MS);
      await ada.says(comeBack);
      const message = await ada.says('/quiz');
      expect(
        message.keyboard?.[0]?.map((button) => button.text),
        comeBack,
      ).to.deep.equal(letters);
      expect(await ada.answers(delivery, 'right'))
        .to.have.property('text')
        .that.includes('Correct!');
    }
  });

  it('sends one to a learner who is paused: asking is not a delivery', async () => {
    await ada.presses('p:7');
    await ada.says('/quiz');
    expect((await dailies())[0]).to.deep.include({ state: 'sent' });
    expect((await ada.row()).pausedUntil).to.deep.equal(new Date('2026-03-17T08:00:00Z'));
  });

  it('reaches a learner who is paused although its worker died before it was sent', async () => {
    await ada.presses('p:7');
    const asked = await ada.writes('/quiz');
    await bot.fault({ kind: 'serverError', status: 500, method: 'sendMessage', count: 1 });
    await errorOf(bot.handle(asked));
    expect(await bot.status(asked)).to.equal('applied');
    const [daily] = await dailies();
    bot.clock.pass(60_000);
    // What the reconciler enqueues knows of no command; the command's own job then has nothing left to send.
    await bot.send(String(daily?.id));
    expect((await dailies())[0]).to.deep.include({ state: 'sent', asked: true });
    const { length } = await ada.messages();
    await bot.handle(asked);
    expect(await bot.status(asked)).to.equal('done');
    expect(await ada.messages()).to.have.length(length);
  });

  it('chooses anew when the question of one that was never shown is not to be shown any more', async () => {
    const delivery = await bot.due(ada);
    await bot.fault({ kind: 'tooManyRequests', retryAfter: 1, method: 'sendMessage', count: 1 });
    await errorOf(bot.send(delivery));
    const { question_id } = await bot.delivery(delivery);
    await bot.db.sql(`UPDATE user_questions SET state = 'failed' WHERE id = $1`, [delivery]);
    await bot.db.sql(`UPDATE questions SET status = 'quarantined' WHERE id = $1`, [question_id]);
    bot.clock.pass(2_000);
    await ada.says('/quiz');
    const row = await bot.delivery(delivery);
    expect(row).to.deep.include({ state: 'sent', latest: true });
    expect(row.question_id).to.not.equal(question_id);
    await bot.db.sql(`UPDATE questions SET status = 'active' WHERE id = $1`, [question_id]);
  });
});
