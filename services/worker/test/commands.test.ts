import { expect } from 'chai';
import { type Bot, HOUR_MS, openBot } from './fixtures.ts';
import type { Person } from './person.ts';

const UNKNOWN = '🤔 I did not get that. /help shows what I can do.';

describe('commands', () => {
  let bot: Bot;
  let ada: Person;
  before(async () => {
    bot = await openBot();
  });
  after(() => bot?.close());
  beforeEach(async () => {
    await bot.calm();
    ada = await bot.learner();
  });

  it('lists with /help exactly the commands that there are', async () => {
    const { text } = await ada.says('/help');
    const listed = [...text.matchAll(/^\/([a-z]+) –/gm)].map((match) => match[1]);
    expect(listed).to.deep.equal([
      'start',
      'quiz',
      'stats',
      'settings',
      'report',
      'pause',
      'resume',
      'stop',
      'help',
    ]);
    for (const command of listed) {
      expect((await ada.says(`/${command}`)).text, `/${command}`).to.not.equal(UNKNOWN);
    }
  });

  it('knows a command in capitals, with the name of the bot and with words after it', async () => {
    for (const text of ['/HELP', '/help@rung_sandbox_bot', '/Help please', '/help\nplease']) {
      expect((await ada.says(text)).text, text).to.include('What I can do');
    }
  });

  it('points to /help for unknown text, unknown commands and names of Object', async () => {
    for (const text of ['hello there', '/practice', '/', '//help', '/constructor', '/toString', '🙂']) {
      expect((await ada.says(text)).text, text).to.equal(UNKNOWN);
    }
  });

  it('points to /help when something without text arrives', async () => {
    const chatId = Number(ada.id);
    const from = { id: chatId, is_bot: false, first_name: 'Ada' };
    const sticker = { message_id: 999, date: 0, from, chat: { id: chatId, type: 'private' }, sticker: {} };
    await bot.handle(await bot.store(ada.id, { update_id: 1, message: sticker } as { update_id: number }));
    expect((await ada.last()).text).to.equal(UNKNOWN);
  });

  it('says nothing to an update that it does not understand, and is done with it', async () => {
    const before = await ada.messages();
    const seq = await bot.store(ada.id, { update_id: 2, message: { from: 'nobody' } } as {
      update_id: number;
    });
    await bot.handle(seq);
    expect(await bot.status(seq)).to.equal('done');
    expect(await ada.messages()).to.deep.equal(before);
  });

  it('shows with /stats where the learner stands, in all and per topic', async () => {
    expect((await ada.says('/stats')).text).to.include('No answers yet');
    const topics = new Set<string>();
    for (const how of ['right', 'right', 'wrong'] as const) {
      const delivery = await bot.daily(ada);
      topics.add((await bot.shown(delivery)).topic);
      await ada.answers(delivery, how);
    }
    const { text } = await ada.says('/stats');
    expect(text).to.include('Level: 🌱 Beginner');
    expect(text).to.include('Streak: 0 days');
    expect(text).to.include('Accuracy: 67% (2 of 3)');
    expect(text).to.include('Missed and not yet mastered: 1');
    expect(text.split('By topic')[1]?.trim().split('\n')).to.have.length(topics.size);
  });

  it('stops with /stop: no daily comes, everything else is kept', async () => {
    const before = await ada.row();
    expect((await ada.says('/stop')).text).to.include('no more daily questions');
    expect(await ada.row()).to.deep.include({ optedIn: false, level: before.level });
    bot.clock.pass(24 * HOUR_MS);
    expect(await bot.due(ada).catch((error: Error) => error.message)).to.include('nothing is due');
    expect((await ada.says('/settings')).text).to.not.include('Next question');
  });

  it('does what it says once, however often its job comes back', async () => {
    const seq = await ada.writes('/stats');
    await bot.handle(seq);
    const before = await ada.messages();
    await bot.handle(seq);
    await bot.handle(seq);
    expect(await ada.messages()).to.deep.equal(before);
  });

  it('says again what could not be said, as it was decided', async () => {
    await bot.fault({ kind: 'serverError', status: 502, method: 'sendMessage', count: 1 });
    const seq = await ada.writes('/settings');
    await bot.handle(seq).then(
      () => expect.fail('the sending was to fail'),
      (error: Error) => expect(error.message).to.include('502'),
    );
    expect(await bot.status(seq)).to.equal('applied');
    await bot.db.sql(`UPDATE users SET delivery_time = '23:45' WHERE user_id = $1`, [ada.id]);
    await bot.handle(seq);
    expect((await ada.last()).text).to.include('Delivery time: 10:00');
    expect(await bot.status(seq)).to.equal('done');
  });
});
