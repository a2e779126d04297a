import { expect } from 'chai';
import { type Bot, HOUR_MS, openBot } from './fixtures.ts';

describe('/start', () => {
  let bot: Bot;
  before(async () => {
    bot = await openBot();
  });
  after(() => bot?.close());
  beforeEach(() => bot.calm());

  const buttonsOf = (message: { keyboard: { text: string; data: string }[][] | null }) =>
    (message.keyboard ?? []).flat().map((button) => button.text);

  it('creates a learner at level 2 in UTC at 10:00, greets by name and offers what there is', async () => {
    const ada = await bot.newcomer('Ada <b>');
    const message = await ada.says('/start');
    expect(message.text).to.match(/^👋 Hi Ada <b>, I am Rung/);
    expect(message.text).to.include('Every day at 10:00 (UTC)');
    expect(message.text).to.include('Next question: Tuesday, Mar 10 at 10:00');
    expect(buttonsOf(message)).to.deep.equal(['Time zone', 'Delivery time', 'First question now']);
    expect(await ada.row()).to.deep.include({
      level: 2,
      streak: 0,
      timezone: 'UTC',
      deliveryTime: '10:00',
      optedIn: true,
      nextDeliveryAt: new Date('2026-03-10T10:00:00Z'),
    });
  });

  it('plans the first daily for tomorrow when the slot of today has passed', async () => {
    bot.clock.set('2026-03-10T10:00:01Z');
    const ada = await bot.learner();
    expect((await ada.row()).nextDeliveryAt).to.deep.equal(new Date('2026-03-11T10:00:00Z'));
  });

  it('accepts the payload of a deep link, the name of the bot and capitals', async () => {
    for (const text of ['/start abc', '/start@rung_sandbox_bot', '/START@rung_sandbox_bot', '/Start x_y-1']) {
      const somebody = await bot.newcomer();
      expect((await somebody.says(text)).text, text).to.include('Hi Ada');
      expect((await somebody.says(text)).text, `${text} again`).to.include('Welcome back, Ada');
    }
  });

  it('takes no other word that begins like it for itself', async () => {
    const somebody = await bot.newcomer();
    expect((await somebody.says('/starting')).text).to.include('Send /start');
  });

  it('welcomes back with all progress and the slot as it was', async () => {
    const ada = await bot.learner({ level: 3, streak: 5, best_streak: 6 });
    bot.clock.set('2026-03-10T10:05:00Z');
    const before = await ada.row();
    const message = await ada.says('/start');
    expect(message.text).to.include('Welcome back, Ada');
    const after = await ada.row();
    expect({ ...after, updatedAt: null }).to.deep.equal({ ...before, updatedAt: null });
  });

  it('opts back in who had stopped, from the next slot on', async () => {
    const ada = await bot.learner();
    await ada.says('/stop');
    bot.clock.pass(49 * HOUR_MS);
    expect((await ada.says('/start')).text).to.include('Next question: Thursday, Mar 12 at 10:00');
    expect(await ada.row()).to.deep.include({
      optedIn: true,
      nextDeliveryAt: new Date('2026-03-12T10:00:00Z'),
    });
  });

  it('ends a pause', async () => {
    const ada = await bot.learner();
    await ada.says('/pause');
    await ada.presses('p:0');
    expect((await ada.row()).pausedUntil).to.equal(Number.POSITIVE_INFINITY);
    expect((await ada.says('/start')).text).to.include('Next question: Tuesday, Mar 10 at 10:00');
    expect((await ada.row()).pausedUntil).to.equal(null);
  });

  it('leaves out a user name that Telegram would never give', async () => {
    const person = await bot.newcomer();
    const from = { id: Number(person.id), is_bot: false, first_name: 'Ada', username: 'a\u0000b' };
    const message = { message_id: 1, date: 0, from, chat: { id: from.id, type: 'private' }, text: '/start' };
    await bot.handle(await bot.store(person.id, { update_id: 900_001, message } as { update_id: number }));
    expect((await person.row()).username).to.equal(null);
  });

  it('takes a learner who writes for one who has not blocked the bot, whatever a late refusal said', async () => {
    const person = await bot.learner({ blocked_at: bot.clock.now() });
    await person.says('/help');
    expect(await person.row()).to.deep.include({ blockedAt: null });
  });

  it('brings back who had blocked the bot', async () => {
    const ada = await bot.learner({ streak: 3, best_streak: 3, blocked_at: '2026-03-01T00:00:00Z' });
    bot.clock.set('2026-03-10T11:00:00Z');
    expect((await ada.says('/start')).text).to.include('Next question: Wednesday, Mar 11 at 10:00');
    expect(await ada.row()).to.deep.include({ blockedAt: null, streak: 3 });
  });

  it('answers a stranger who has not sent it, in a text and on a button, and creates nobody', async () => {
    const stranger = await bot.newcomer();
    for (const text of ['hello', '/quiz', '/help', 'madrid']) {
      expect((await stranger.says(text)).text, text).to.include('Send /start');
    }
    for (const data of ['q', 'z:Europe/Madrid', 'a:1:0']) await stranger.presses(data);
    expect(await stranger.notices()).to.deep.equal(
      Array.from({ length: 3 }, () => 'Send /start first, and I will be right with you.'),
    );
    await stranger.blocks();
    const rows = await bot.db.sql('SELECT FROM users WHERE user_id = $1', [stranger.id]);
    expect(rows).to.have.length(0);
  });

  it('stops deliveries for who blocks the bot, keeps progress, and goes on when they come back', async () => {
    const ada = await bot.learner({ streak: 4, best_streak: 4 });
    await ada.blocks();
    expect((await ada.row()).blockedAt).to.deep.equal(bot.clock.now());
    bot.clock.pass(26 * HOUR_MS);
    await ada.unblocks();
    expect(await ada.row()).to.deep.include({
      blockedAt: null,
      streak: 4,
      nextDeliveryAt: new Date('2026-03-12T10:00:00Z'),
    });
    expect((await bot.calls(ada, 'sendMessage')).length, 'only the greeting').to.equal(1);
  });
});
