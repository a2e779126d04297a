import { expect } from 'chai';
import { SUGGESTED_TIMES, SUGGESTED_ZONES } from '../src/updates/zones.ts';
import { type Bot, HOUR_MS, openBot } from './fixtures.ts';
import type { Person } from './person.ts';

describe('/settings', () => {
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

  const dataOf = async () => ((await ada.last()).keyboard ?? []).flat().map((button) => button.data);
  const conversation = async () =>
    (
      await bot.db.sql<{ awaiting: string }>('SELECT awaiting FROM conversations WHERE user_id = $1', [
        ada.id,
      ])
    )[0]?.awaiting;

  it('shows what is set and leads to each by a button, in the same message', async () => {
    const message = await ada.says('/settings');
    expect(message.text).to.include('Time zone: UTC').and.to.include('Delivery time: 10:00');
    expect(message.text).to.include('Daily questions: on').and.to.include('Next question: Tuesday, Mar 10');
    expect(await dataOf()).to.deep.equal(['z', 't', 'p']);
    for (const data of ['z', 's', 't', 's', 'p', 's']) {
      expect((await ada.presses(data)).message_id).to.equal(message.message_id);
    }
    expect(await ada.last()).to.deep.include({ text: message.text, keyboard: message.keyboard });
  });

  describe('time zone', () => {
    beforeEach(async () => {
      await ada.says('/settings');
      await ada.presses('z');
    });

    it('is set by any button that is offered', async () => {
      expect(await dataOf()).to.deep.equal(SUGGESTED_ZONES.map(({ zone }) => `z:${zone}`));
      for (const { zone } of SUGGESTED_ZONES) {
        expect((await ada.presses(`z:${zone}`)).text, zone).to.include(`Your time zone is ${zone}.`);
        expect((await ada.row()).timezone).to.equal(zone);
      }
      expect((await ada.notices()).every((notice) => notice === 'Saved ✅')).to.equal(true);
      expect(await conversation()).to.equal(undefined);
    });

    const clear: Record<string, string> = {
      madrid: 'Europe/Madrid',
      'Europe/Madrid': 'Europe/Madrid',
      'europe/madrid': 'Europe/Madrid',
      '  new york  ': 'America/New_York',
      'America/new york': 'America/New_York',
      'São Paulo': 'America/Sao_Paulo',
      'sao paulo': 'America/Sao_Paulo',
      mumbai: 'Asia/Kolkata',
      'Asia/Kolkata': 'Asia/Kolkata',
      'asia/kolkata': 'Asia/Kolkata',
      'Europe/Kyiv': 'Europe/Kyiv',
      'America/Argentina/Buenos_Aires': 'America/Argentina/Buenos_Aires',
      'US/Pacific': 'US/Pacific',
      singapore: 'Asia/Singapore',
      utc: 'UTC',
      GMT: 'UTC',
    };
    for (const [input, zone] of Object.entries(clear)) {
      it(`is ${zone} after “${input}”`, async () => {
        expect((await ada.says(input)).text).to.include(`Your time zone is ${zone}.`);
        expect((await ada.row()).timezone).to.equal(zone);
        expect(await conversation()).to.equal(undefined);
      });
    }

    it('is asked for again when a name fits several places, which can be told apart', async () => {
      const message = await ada.says('Springfield');
      expect(message.text).to.include('several places for “Springfield”');
      const labels = (message.keyboard ?? []).flat().map((button) => button.text);
      expect(labels.length).to.be.within(2, 6);
      expect(new Set(labels)).to.have.property('size', labels.length);
      expect((await ada.row()).timezone).to.equal('UTC');
      expect((await ada.presses('z:America/Chicago')).text).to.include('America/Chicago');
      expect(await conversation()).to.equal(undefined);
    });

    it('stays, and the bot goes on waiting, after nonsense, which is shown as it was typed', async () => {
      for (const nonsense of ['qwertz', '<b>Atlantis</b> & Co', '+02:00', 'Mars/Phobos', 'x'.repeat(4_000)]) {
        const { text } = await ada.says(nonsense);
        expect(text).to.include(`I do not know “${nonsense.slice(0, 60)}`);
      }
      expect(await ada.row()).to.deep.include({ timezone: 'UTC' });
      expect((await ada.says('Berlin')).text).to.include('Europe/Berlin');
    });

    it('stays after text that no database and no chat would take as it is', async () => {
      for (const text of ['a\u0000b', '\ud800', 'x\udfff<', '\u202e\u200b']) {
        expect((await ada.says(text)).text, JSON.stringify(text)).to.include('I do not know “');
      }
      expect((await ada.says('Berlin')).text).to.include('Europe/Berlin');
    });

    it('is no longer asked for after 24 h, nor after any command', async () => {
      bot.clock.pass(24 * HOUR_MS - 1);
      expect((await ada.says('qwertz')).text).to.include('I do not know');
      bot.clock.pass(1);
      expect((await ada.says('Berlin')).text).to.include('I did not get that');
      await ada.presses('z');
      await ada.says('/help');
      expect((await ada.says('Berlin')).text).to.include('I did not get that');
      expect((await ada.row()).timezone).to.equal('UTC');
    });

    it('is still asked for after a word that only looks like a command', async () => {
      expect((await ada.says('/berlin')).text).to.include('I did not get that');
      expect((await ada.says('Berlin')).text).to.include('Europe/Berlin');
    });

    it('says when the next question comes in the new zone, and never gives a date two of them', async () => {
      bot.clock.set('2026-03-10T09:30:00Z');
      expect((await ada.says('Tokyo')).text).to.include(
        'Next question: Tuesday, Mar 10 at 19:00 (Asia/Tokyo)',
      );
      const delivery = await bot.daily(ada);
      expect((await bot.delivery(delivery)).local_date).to.equal('2026-03-10');
      await ada.says('/settings');
      await ada.presses('z');
      expect((await ada.says('Honolulu')).text).to.include('Wednesday, Mar 11 at 10:00 (Pacific/Honolulu)');
    });
  });

  describe('delivery time', () => {
    beforeEach(async () => {
      await ada.says('/settings');
      await ada.presses('t');
    });

    it('is set by any button that is offered', async () => {
      expect(await dataOf()).to.deep.equal(SUGGESTED_TIMES.map((time) => `t:${time.replace(':', '')}`));
      for (const time of SUGGESTED_TIMES) {
        expect((await ada.presses(`t:${time.replace(':', '')}`)).text).to.include(
          `every day at ${time} (UTC)`,
        );
        expect((await ada.row()).deliveryTime).to.equal(time);
      }
    });

    const readable: Record<string, string> = {
      '7:30 pm': '19:30',
      '7:30 P.M.': '19:30',
      '7.30pm': '19:30',
      '12 am': '00:00',
      '12:30 PM': '12:30',
      '730': '07:30',
      '0730': '07:30',
      '1930': '19:30',
      '7': '07:00',
      ' 07:05 ': '07:05',
      '18h45': '18:45',
      '23:59': '23:59',
    };
    for (const [input, time] of Object.entries(readable)) {
      it(`is ${time} after “${input}”`, async () => {
        expect((await ada.says(input)).text).to.include(`every day at ${time} (UTC)`);
        expect((await ada.row()).deliveryTime).to.equal(time);
        expect(await conversation()).to.equal(undefined);
      });
    }

    it('stays, and the bot goes on waiting, after what is no time', async () => {
      for (const nonsense of [
        '25:00',
        '24:00',
        '7:60',
        '13 pm',
        '0 am',
        'noon',
        '12345',
        '-1',
        '7:3',
        '<i>',
      ]) {
        expect((await ada.says(nonsense)).text).to.include(`I cannot read “${nonsense}” as a time`);
      }
      expect((await ada.row()).deliveryTime).to.equal('10:00');
      expect((await ada.says('8')).text).to.include('every day at 08:00');
    });

    it('moves the question of today when it is still to come, and loses none that is overdue', async () => {
      await ada.says('12:00');
      expect((await ada.row()).nextDeliveryAt).to.deep.equal(new Date('2026-03-10T12:00:00Z'));
      bot.clock.set('2026-03-10T12:01:00Z');
      await ada.says('/settings');
      await ada.presses('t');
      await ada.says('9:00');
      expect((await ada.row()).nextDeliveryAt).to.deep.equal(new Date('2026-03-10T12:01:00Z'));
    });
  });

  it('refuses buttons of its own that nobody has sent', async () => {
    const before = await ada.row();
    for (const data of [
      'z:Mars/Phobos',
      'z:europe/madrid',
      't:2500',
      't:10:00',
      'p:5',
      'x',
      'settings',
      '__proto__',
    ]) {
      await ada.presses(data);
      expect((await ada.notices()).at(-1), data).to.include('I do not know this button');
    }
    expect(await ada.row()).to.deep.equal(before);
  });
});
