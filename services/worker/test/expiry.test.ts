import { makeReconcilerStore } from '@rung/db';
import { Postpone } from '@rung/jobs';
import { expect } from 'chai';
import { type Bot, errorOf, HOUR_MS, openBot, rowsOf, until } from './fixtures.ts';
import type { Person } from './person.ts';

const END_OF_DAY = '2026-03-11T00:00:00Z';

describe('the expiry of a daily question', () => {
  let bot: Bot;
  let ada: Person;
  before(async () => {
    bot = await openBot({ timeoutMs: 200 });
  });
  after(() => bot?.close());
  beforeEach(async () => {
    await bot.calm();
    ada = await bot.learner({ streak: 5, best_streak: 8, consecutive_correct: 2 });
  });

  const edits = async () => (await bot.calls(ada, 'editMessageText')).length;
  const reasons = async () => (await rowsOf(bot.db, 'streak_history', ada)).map((row) => row.reason);

  /** Begins something that sends a message; resolves while that is on its way. */
  const slowly = async (begin: () => Promise<void>): Promise<{ done: Promise<void> }> => {
    await bot.fault({ kind: 'slow', ms: 150, method: 'sendMessage', count: 1 });
    const done = begin();
    await until(async () => {
      const { faults } = await bot.http<{ faults: { hits: number }[] }>('GET', '/control');
      return faults[0]?.hits === 1;
    }, 'the sending has begun');
    return { done };
  };

  it('takes the buttons away, shows the answer and why, and counts the day as missed', async () => {
    const delivery = await bot.daily(ada);
    const question = await ada.last();
    const { right, options, order } = await bot.shown(delivery);
    bot.clock.set(END_OF_DAY);
    await bot.expire(delivery);
    const message = await ada.last();
    expect(message.message_id).to.equal(question.message_id);
    expect(message.keyboard).to.deep.equal([[{ text: 'Report', data: `x:${delivery}` }]]);
    for (const part of [
      'Time is up for this one',
      `✅ ${'ABCD'[right]}. ${options[order[right]]}`,
      'Because.',
      'It counts as a missed day. Your streak stands at 0 days.',
      'Next question: Wednesday, Mar 11 at 10:00 (UTC)',
    ]) {
      expect(message.text).to.include(part);
    }
    expect(await ada.row()).to.deep.include({ level: 2, streak: 0, consecutiveCorrect: 0, bestStreak: 8 });
    expect(await reasons()).to.deep.equal(['day_missed']);
    await ada.presses(`a:${delivery}:${right}`);
    expect((await ada.notices()).at(-1)).to.include('Time is up');
    expect((await ada.row()).totalAnswered).to.equal(0);
  });

  it('does nothing before its time', async () => {
    const delivery = await bot.daily(ada);
    const before = await ada.last();
    bot.clock.set('2026-03-10T23:59:59.999Z');
    await bot.expire(delivery);
    expect(await ada.last()).to.deep.equal(before);
    expect((await bot.delivery(delivery)).state).to.equal('sent');
  });

  it('does nothing to a question that is answered', async () => {
    const delivery = await bot.daily(ada);
    const message = await ada.answers(delivery, 'right');
    bot.clock.set(END_OF_DAY);
    await bot.expire(delivery);
    expect(await ada.last()).to.deep.equal(message);
    expect(await ada.row()).to.deep.include({ streak: 6 });
  });

  it('spends a freeze when there is one', async () => {
    await bot.db.sql('UPDATE users SET streak_freezes = 2 WHERE user_id = $1', [ada.id]);
    const delivery = await bot.daily(ada);
    bot.clock.set(END_OF_DAY);
    await bot.expire(delivery);
    expect((await ada.last()).text).to.include(
      'A streak freeze covered the day: your streak stands at 5 days',
    );
    expect(await ada.row()).to.deep.include({ streak: 5, consecutiveCorrect: 2, freezes: 1 });
    expect(await reasons()).to.deep.equal(['freeze_used']);
  });

  it('misses nothing during a pause', async () => {
    const delivery = await bot.daily(ada);
    await ada.says('/pause');
    await ada.presses('p:0');
    bot.clock.set(END_OF_DAY);
    await bot.expire(delivery);
    const { text } = (await ada.messages()).find((message) => message.text.includes('Time is up')) ?? {
      text: '',
    };
    expect(text)
      .to.include('nothing is missed: your streak stands at 5 days')
      .and.to.not.include('Next question');
    expect(await ada.row()).to.deep.include({ streak: 5, consecutiveCorrect: 2 });
    expect(await reasons()).to.deep.equal(['paused']);
  });

  it('says and costs nothing when the question was never sent', async () => {
    const delivery = await bot.due(ada);
    const before = await bot.calls(ada);
    bot.clock.set(END_OF_DAY);
    await bot.expire(delivery);
    expect((await bot.delivery(delivery)).state).to.equal('expired');
    expect(await bot.calls(ada)).to.deep.equal(before);
    expect((await ada.row()).streak).to.equal(5);
    expect(await reasons()).to.deep.equal([]);
  });

  it('lets an answer count that was received in time and still waits in the inbox', async () => {
    const delivery = await bot.daily(ada);
    const { right } = await bot.shown(delivery);
    bot.clock.set('2026-03-10T23:59:59.999Z');
    const tap = await ada.taps(`a:${delivery}:${right}`);
    bot.clock.set(END_OF_DAY);
    await bot.expire(delivery);
    expect(await ada.row()).to.deep.include({ streak: 6, totalCorrect: 1 });
    await bot.handle(tap);
    expect((await ada.last()).text)
      .to.include('Correct!')
      .and.to.include('Streak: 6 days');
    expect(await bot.status(tap)).to.equal('done');
    expect(await reasons()).to.deep.equal(['correct_answer']);
    expect(await edits()).to.equal(1);
  });

  it('does not let one count that was received at the expiry', async () => {
    const delivery = await bot.daily(ada);
    const { right } = await bot.shown(delivery);
    bot.clock.set(END_OF_DAY);
    const tap = await ada.taps(`a:${delivery}:${right}`);
    await bot.expire(delivery);
    await bot.handle(tap);
    expect((await ada.notices()).at(-1)).to.include('Time is up');
    expect(await reasons()).to.deep.equal(['day_missed']);
  });

  it('leaves alone a later question whose answer still waits in the inbox', async () => {
    const missed = await bot.daily(ada);
    const answered = await bot.daily(ada);
    const { right } = await bot.shown(answered);
    const tap = await ada.taps(`a:${answered}:${right}`);
    bot.clock.set('2026-03-12T08:00:00Z');
    await bot.expire(missed);
    await bot.expire(answered);
    await bot.handle(tap);
    expect(await reasons()).to.deep.equal(['day_missed', 'correct_answer']);
    expect(await ada.row()).to.deep.include({ streak: 1, totalCorrect: 1 });
  });

  it('is told once, however often the job comes', async () => {
    const delivery = await bot.daily(ada);
    bot.clock.set(END_OF_DAY);
    await bot.expire(delivery);
    const calls = await bot.calls(ada);
    for (let i = 0; i < 3; i++) await bot.expire(delivery);
    expect(await bot.calls(ada)).to.deep.equal(calls);
    expect(await reasons()).to.deep.equal(['day_missed']);
  });

  it('is told although the next answer has counted the missed day already', async () => {
    const delivery = await bot.daily(ada);
    const { message_id } = await ada.last();
    const next = await bot.daily(ada);
    await ada.answers(next, 'right');
    expect((await bot.delivery(delivery)).state).to.equal('expired');
    await bot.expire(delivery);
    const message = (await ada.messages()).find((each) => each.message_id === message_id);
    expect(message?.text).to.include('Time is up').and.to.include('Your streak stands at 0 days');
    expect(message?.keyboard).to.deep.equal([[{ text: 'Report', data: `x:${delivery}` }]]);
    expect(await ada.row()).to.deep.include({ streak: 1 });
  });

  it('is told again after a failed edit, and the day is missed once', async () => {
    const delivery = await bot.daily(ada);
    bot.clock.set(END_OF_DAY);
    await bot.fault({ kind: 'serverError', status: 500, method: 'editMessageText', count: 1 });
    await errorOf(bot.expire(delivery));
    expect((await bot.delivery(delivery)).feedback_delivered_at).to.equal(null);
    await bot.expire(delivery);
    expect((await ada.last()).text).to.include('Time is up');
    expect(await reasons()).to.deep.equal(['day_missed']);
  });

  it('is done with a message that is gone, and with one in a blocked chat', async () => {
    const gone = await bot.daily(ada);
    await bot.http('POST', '/bot4242:test-token/deleteMessage', {
      chat_id: Number(ada.id),
      message_id: (await ada.last()).message_id,
    });
    bot.clock.set(END_OF_DAY);
    await bot.expire(gone);
    const blocked = await bot.daily(ada);
    await bot.fault({ kind: 'blocked', method: 'editMessageText' });
    bot.clock.set('2026-03-12T00:00:00Z');
    await bot.expire(blocked);
    const calls = await bot.calls(ada);
    for (const delivery of [gone, blocked]) {
      await bot.expire(delivery);
      expect((await bot.delivery(delivery)).feedback_delivered_at).to.not.equal(null);
    }
    expect(await bot.calls(ada)).to.deep.equal(calls);
    expect((await ada.row()).blockedAt).to.deep.equal(bot.clock.now());
  });

  it('says and costs nothing when nobody knows whether the question arrived', async () => {
    const delivery = await bot.due(ada);
    await bot.fault({ kind: 'timeout', apply: true, method: 'sendMessage' });
    await errorOf(bot.send(delivery));
    await bot.send(delivery);
    expect(await bot.delivery(delivery)).to.deep.include({ state: 'sent', telegram_message_id: null });
    const calls = await bot.calls(ada);
    bot.clock.set(END_OF_DAY);
    await bot.expire(delivery);
    expect((await bot.delivery(delivery)).state).to.equal('expired');
    expect(await bot.calls(ada)).to.deep.equal(calls);
    expect((await ada.row()).streak).to.equal(5);
    expect(await reasons()).to.deep.equal([]);
  });

  it('is told of a question whose sending outlived it, and the day is no miss', async () => {
    const delivery = await bot.due(ada);
    const sending = await slowly(() => bot.send(delivery));
    bot.clock.set(END_OF_DAY);
    await bot.expire(delivery);
    expect((await bot.delivery(delivery)).state).to.equal('expired');
    await sending.done;
    const question = await ada.last();
    expect(await bot.delivery(delivery)).to.deep.include({
      state: 'expired',
      telegram_message_id: String(question.message_id),
      sent_at: bot.clock.now(),
      latest: true,
    });
    const staleness = { now: bot.clock.now(), staleMs: 45_000 };
    const untold = await makeReconcilerStore(bot.db).untold.page({ ...staleness, limit: 10, after: null });
    expect(untold.map(({ id }) => id)).to.deep.equal([delivery]);
    await bot.expire(delivery);
    const message = await ada.last();
    expect(message.message_id).to.equal(question.message_id);
    expect(message.text)
      .to.include('Time is up')
      .and.to.include('It reached you too late, so nothing is missed: your streak stands at 5 days');
    expect((message.keyboard ?? []).flat().filter(({ data }) => data.startsWith('a:'))).to.deep.equal([]);
    expect(await reasons()).to.deep.equal([]);
    const calls = await bot.calls(ada);
    await bot.expire(delivery);
    expect(await bot.calls(ada)).to.deep.equal(calls);
  });

  it('is told of a copy of the question that came after it was told', async () => {
    const delivery = await bot.daily(ada);
    bot.clock.pass(HOUR_MS);
    const asked = await ada.writes('/quiz');
    const showing = await slowly(() => bot.handle(asked));
    bot.clock.set(END_OF_DAY);
    await bot.expire(delivery);
    await showing.done;
    await bot.expire(delivery);
    for (const message of (await ada.messages()).slice(-2)) {
      expect(message.text).to.include('Time is up');
    }
    expect(await reasons()).to.deep.equal(['day_missed']);
  });

  it('waits, and spends no attempt, while an earlier update cannot be applied', async () => {
    const delivery = await bot.daily(ada);
    await bot.refuseUsername('poison');
    const from = { id: Number(ada.id), is_bot: false, first_name: 'Ada', username: 'poison' };
    const message = { message_id: 1, date: 0, from, chat: { id: from.id, type: 'private' }, text: '/start' };
    await bot.store(ada.id, { update_id: 1, message } as { update_id: number });
    bot.clock.set(END_OF_DAY);
    expect(await errorOf(bot.expire(delivery))).to.be.instanceOf(Postpone);
    expect((await bot.delivery(delivery)).state).to.equal('sent');
  });
});
