import { expect } from 'chai';
import { type Bot, HOUR_MS, openBot } from './fixtures.ts';
import type { Person } from './person.ts';

const GONE = 'Mars/Olympus_Mons';

describe('a learner whose time zone is unknown here', () => {
  let bot: Bot;
  let ada: Person;
  before(async () => {
    bot = await openBot();
  });
  after(() => bot?.close());
  beforeEach(async () => {
    await bot.calm();
    ada = await bot.learner({ timezone: GONE, streak: 2, best_streak: 2 });
  });

  it('is served by UTC: question, answer, feedback and expiry', async () => {
    const delivery = await bot.daily(ada);
    expect(await bot.delivery(delivery)).to.deep.include({
      state: 'sent',
      local_date: '2026-03-10',
      expires_at: new Date('2026-03-11T00:00:00Z'),
    });
    expect((await ada.answers(delivery, 'right')).text).to.include('Wednesday, Mar 11 at 10:00 (UTC)');
    const missed = await bot.daily(ada);
    bot.clock.set('2026-03-12T00:00:00Z');
    await bot.expire(missed);
    expect((await ada.last()).text).to.include('Thursday, Mar 12 at 10:00 (UTC)');
    expect(await ada.row()).to.deep.include({ streak: 0, timezone: GONE });
  });

  it('can use every command', async () => {
    for (const command of ['/start', '/quiz', '/stats', '/settings', '/pause', '/stop', '/resume', '/help']) {
      bot.clock.pass(HOUR_MS);
      expect((await ada.says(command)).text, command).to.not.include(GONE);
    }
    expect((await ada.says('/quiz')).text).to.include('A. ');
    await ada.blocks();
    await ada.unblocks();
    expect((await ada.row()).nextDeliveryAt).to.deep.equal(new Date('2026-03-11T10:00:00Z'));
  });

  it('keeps the zone when the delivery time changes, until another one is chosen', async () => {
    await ada.says('/settings');
    await ada.presses('t:1800');
    expect(await ada.row()).to.deep.include({
      timezone: GONE,
      deliveryTime: '18:00',
      nextDeliveryAt: new Date('2026-03-10T18:00:00Z'),
    });
    await ada.presses('z:Europe/Madrid');
    expect(await ada.row()).to.deep.include({
      timezone: 'Europe/Madrid',
      nextDeliveryAt: new Date('2026-03-10T17:00:00Z'),
    });
  });
});
