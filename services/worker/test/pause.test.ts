import { expect } from 'chai';
import { type Bot, HOUR_MS, openBot } from './fixtures.ts';
import type { Person } from './person.ts';

describe('/pause and /resume', () => {
  let bot: Bot;
  let ada: Person;
  before(async () => {
    bot = await openBot();
  });
  after(() => bot?.close());
  beforeEach(async () => {
    await bot.calm();
    ada = await bot.learner({ streak: 5, best_streak: 5 });
  });

  it('asks for how long, and pauses for it in the same message', async () => {
    const message = await ada.says('/pause');
    expect((message.keyboard ?? []).flat().map((button) => button.data)).to.deep.equal([
      'p:3',
      'p:7',
      'p:14',
      'p:0',
    ]);
    const paused = await ada.presses('p:3');
    expect(paused).to.deep.include({ message_id: message.message_id });
    expect(paused.text).to.include('Paused until Friday, Mar 13').and.to.not.include('Next question');
    expect(paused.keyboard?.flat().map((button) => button.data)).to.deep.equal(['r']);
    expect(await ada.notices()).to.deep.equal(['Saved ✅']);
    expect((await ada.says('/settings')).text).to.include('paused until Friday, Mar 13');
  });

  it('sends nothing while it lasts and goes on by itself at the first slot after it', async () => {
    await ada.says('/pause');
    await ada.presses('p:3');
    for (const day of ['10', '11', '12', '13']) {
      bot.clock.set(`2026-03-${day}T10:00:00Z`);
      if (day < '13') {
        expect(await bot.due(ada).catch((error: Error) => error.message)).to.include('nothing is due');
      }
    }
    const delivery = await bot.daily(ada);
    expect((await bot.delivery(delivery)).local_date).to.equal('2026-03-13');
    await ada.answers(delivery, 'right');
    expect(await ada.row()).to.deep.include({ streak: 6 });
  });

  it('lasts until it is ended when no end was chosen', async () => {
    await ada.says('/pause');
    expect((await ada.presses('p:0')).text).to.include('Paused until you resume');
    bot.clock.pass(2_000 * HOUR_MS);
    expect((await ada.says('/settings')).text).to.include('paused until you resume');
    expect((await ada.presses('r')).text).to.include('You are back on');
    expect(await ada.row()).to.deep.include({ pausedUntil: null, streak: 5 });
  });

  it('goes on from the next slot after /resume, and not from one that passed meanwhile', async () => {
    await ada.says('/pause');
    await ada.presses('p:0');
    bot.clock.set('2026-03-11T11:00:00Z');
    expect((await ada.says('/resume')).text).to.include('Next question: Thursday, Mar 12 at 10:00');
    expect((await ada.row()).nextDeliveryAt).to.deep.equal(new Date('2026-03-12T10:00:00Z'));
  });

  it('brings back with /resume who had stopped', async () => {
    await ada.says('/stop');
    expect((await ada.says('/resume')).text).to.include('Next question: Tuesday, Mar 10 at 10:00');
    expect((await ada.row()).optedIn).to.equal(true);
  });

  it('shows in /settings that nothing comes after /stop, and how to go on', async () => {
    await ada.says('/stop');
    const message = await ada.says('/settings');
    expect(message.text).to.include('Daily questions: paused until you resume');
    expect((message.keyboard ?? []).flat().map((button) => button.data)).to.deep.equal(['z', 't', 'r']);
    await ada.presses('r');
    expect((await ada.says('/settings')).text).to.include('Daily questions: on');
  });

  it('loses no daily that is overdue when there was nothing to resume', async () => {
    bot.clock.set('2026-03-10T10:05:00Z');
    expect((await ada.says('/resume')).text).to.include('You are back on');
    expect((await ada.row()).nextDeliveryAt).to.deep.equal(new Date('2026-03-10T10:00:00Z'));
  });

  it('takes the day that was open when the pause began for no miss', async () => {
    const delivery = await bot.daily(ada);
    await ada.says('/pause');
    await ada.presses('p:7');
    bot.clock.set('2026-03-11T00:00:00Z');
    await bot.expire(delivery);
    expect((await bot.delivery(delivery)).state).to.equal('expired');
    expect(await ada.row()).to.deep.include({ streak: 5 });
  });
});
