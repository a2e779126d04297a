import { localDateOf, localTimeOf } from '@rung/domain';
import { expect } from 'chai';
import { playDays } from '../scripts/demo/day.ts';
import { openPlay, type Play } from '../scripts/demo/play.ts';
import { until } from '../scripts/stack/until.ts';
import { createRedis, type TestRedis } from './harness/redis.ts';
import { startTestStack, type TestStack } from './harness/stack.ts';

for (const queue of ['PostgreSQL', 'Redis'] as const) {
  describe(`a learner's days, with the queue in ${queue}`, function () {
    this.timeout(90_000);
    let redis: TestRedis | undefined;
    let stack: TestStack;
    let printed: string[];

    before(async function () {
      if (queue === 'Redis') redis = await createRedis(this);
      stack = await startTestStack(redis && { queueUrl: redis.url });
    });
    after(async () => {
      await stack?.stop();
      await redis?.drop();
    });
    beforeEach(() => {
      printed = [];
    });

    const stage = () => ({
      sandboxUrl: stack.sandboxUrl,
      databaseUrl: stack.ownerUrl,
      print: (line: string) => void printed.push(line),
    });
    const join = (name: string) => openPlay(stage(), name);
    const texts = async ({ chat }: Play) => (await chat.messages()).map(({ text }) => text);

    /** Resolves when a learner is not due, and nothing is on its way to them. */
    const settled = ({ chat }: Play) =>
      until('nothing on its way', 15_000, async () => {
        const [row] = await stack.sql<{ settled: boolean }>(
          `SELECT next_delivery_at > now() AND NOT EXISTS (
             SELECT FROM user_questions q WHERE q.user_id = u.user_id AND state = 'pending') AS settled
           FROM users u WHERE user_id = $1`,
          [chat.id],
        );
        return row?.settled;
      });

    const setZone = async (play: Play, zone: string): Promise<string> => {
      const settings = await play.say('/settings');
      await play.change(settings, 'Time zone');
      return (await play.say(zone)).text;
    };

    it('play from /start to a promotion, a wrong answer and a missed day, each message as it should be', async () => {
      await playDays(stage());
      const lines = printed.join('\n');
      for (const seen of [
        'Hi Ada, I am Rung.',
        '[First question now]',
        '[A] [B] [C] [D]',
        'You have already answered this one.',
        '🎉 Promoted to 🌳 Advanced!',
        '❌ Not this time. The answer is',
        'Your streak of 3 days ends here.',
        '🪜 Back to 🌿 Intermediate.',
        '⌛ Time is up for this one. The answer was',
        'It counts as a missed day. Your streak stands at 0 days.',
        '🎯 Accuracy: 83% (5 of 6)',
        '🔁 Missed and not yet mastered: 1',
      ])
        expect(lines).to.include(seen);
      expect(lines.match(/^── Day \d/gm)).to.have.length(7);
    });

    it('bring a question at whatever hour of the day it is', async () => {
      const zones = ['Pacific/Pago_Pago', 'America/New_York', 'Asia/Kolkata', 'Pacific/Kiritimati'];
      const hours = new Set(zones.map((zone) => localTimeOf(new Date(), zone).slice(0, 2)));
      expect(hours.size).to.equal(zones.length);
      for (const zone of zones) {
        const play = await join(zone);
        await play.say('/start');
        await setZone(play, zone);
        await play.nextDay();
        expect(await play.answer('right'))
          .to.include('Streak: 1 day')
          .and.to.include(`(${zone})`);
      }
    });

    it('earn a freeze by seven right ones, and spend it on a miss', async () => {
      const play = await join('Grace');
      const welcome = await play.say('/start');
      await play.askBy(welcome, 'First question now');
      for (let day = 1; day < 7; day++) {
        expect(await play.answer('right')).to.not.include('freeze');
        await play.nextDay();
      }
      expect(await play.answer('right'))
        .to.include('Streak: 7 days')
        .and.to.include('You earned a streak freeze: it covers a day you miss (1 in hand)');
      const missed = await play.nextDay();
      await play.nextDay();
      expect(await play.expired(missed)).to.include(
        'A streak freeze covered the day: your streak stands at 7 days.',
      );
      expect(await play.answer('right')).to.include('Streak: 8 days, your best yet');
      expect((await play.say('/stats')).text).to.include('Streak freezes: 0');

      const secondMiss = await play.nextDay();
      await play.nextDay();
      expect(await play.expired(secondMiss)).to.include('It counts as a missed day.');
      expect(await play.answer('right')).to.include('Streak: 1 day (best: 8)');
    });

    it('tell an expired question by its answer, with nothing left to tap but Report, and take no tap on it', async () => {
      const play = await join('Edgar');
      await play.askBy(await play.say('/start'), 'First question now');
      const missed = play.question();
      await play.nextDay();
      expect(await play.expired(missed)).to.match(
        /⌛ Time is up for this one\. The answer was [A-D]\.\n\S[\s\S]*It counts as a missed day/,
      );
      const now = (await play.chat.messages()).find(({ message_id: id }) => id === missed.message_id);
      expect(now?.keyboard?.flat().map(({ text }) => text)).to.deep.equal(['Report']);
      await play.chat.tap(missed, 'A');
      await until('a notice', 15_000, async () =>
        (await play.chat.notices()).some((notice) => notice.startsWith('Time is up for this question.')),
      );
      expect(await play.answer('right')).to.include('Accuracy: 100% (1 of 1)');
    });

    it('bring nothing and miss nothing during a pause', async () => {
      const play = await join('Radia');
      await play.askBy(await play.say('/start'), 'First question now');
      await play.answer('right');
      const open = await play.nextDay();
      const paused = await play.change(await play.say('/pause'), '1 week');
      expect(paused.text).to.match(/^⏸ Paused until /);

      for (let day = 0; day < 3; day++) {
        const before = await texts(play);
        await play.chat.nextDay();
        await settled(play);
        if (day === 0) {
          const text = await play.expired(open);
          expect(text).to.include(
            'You are taking a break, so nothing is missed: your streak stands at 1 day.',
          );
        } else expect(await texts(play)).to.deep.equal(before);
      }
      const resumed = await play.change(paused, 'Resume');
      expect(resumed.text).to.include('You are back on.').and.to.include('Next question: ');
      await play.nextDay();
      expect(await play.answer('right')).to.include('Streak: 2 days, your best yet');
    });

    it('stop with /stop and go on with /start, the progress kept', async () => {
      const play = await join('Linus');
      await play.askBy(await play.say('/start'), 'First question now');
      await play.answer('right');
      expect((await play.say('/stop')).text).to.include('no more daily questions');
      await play.chat.nextDay();
      // Whoever has stopped is not looked at: a learner who is due after him is, and by then he would have been.
      const other = await join('Tim');
      await other.say('/start');
      await other.nextDay();
      expect((await texts(play)).at(-1)).to.include('no more daily questions');

      const back = await play.say('/start');
      expect(back.text).to.include('Welcome back, Linus!');
      await play.askBy(back, 'Question now');
      expect(await play.answer('right')).to.include('Accuracy: 100% (2 of 2)');
      await play.nextDay();
    });

    it('stop while the bot is blocked, and go on once it is not', async () => {
      const play = await join('Hedy');
      await play.askBy(await play.say('/start'), 'First question now');
      await play.answer('right');
      await play.chat.block();
      const blocked = (is: boolean) =>
        until(`blocked: ${is}`, 15_000, async () => {
          const [row] = await stack.sql<{ blocked: boolean }>(
            'SELECT blocked_at IS NOT NULL AS blocked FROM users WHERE user_id = $1',
            [play.chat.id],
          );
          return row?.blocked === is;
        });
      await blocked(true);
      const before = await texts(play);
      await play.chat.nextDay();
      const other = await join('Jean');
      await other.say('/start');
      await other.nextDay();
      expect(await texts(play)).to.deep.equal(before);

      await play.chat.unblock();
      await blocked(false);
      await play.nextDay();
      expect(await play.answer('right')).to.include('Accuracy: 100% (2 of 2)');
    });

    it('give one daily question for a local date, wherever the learner travels in the middle of it', async () => {
      const play = await join('Margaret');
      await play.say('/start');
      // Around noon, so that the date is the same a few hours to the west and to the east.
      const hour = new Date().getUTCHours();
      const zoneAt = (localHour: number) => {
        const ahead = localHour - hour;
        return ahead === 0 ? 'UTC' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
      };
      const today = localDateOf(new Date(), zoneAt(12));
      await setZone(play, zoneAt(12));
      await play.askFor('/quiz');
      expect(await play.answer('right')).to.include('Streak: 1 day');

      // Few steps: whoever sends more than twenty updates in a row is not listened to for a while.
      const hadToday = async () => {
        expect((await play.say('/quiz')).text).to.match(/^✅ You have had today's question\./);
      };
      for (const zone of [zoneAt(14), zoneAt(11)]) {
        expect(localDateOf(new Date(), zone)).to.equal(today);
        const answer = await setZone(play, zone);
        expect(answer)
          .to.include(`Your time zone is ${zone}.`)
          .and.to.match(/Next question: \w+day/);
        await hadToday();
      }
      const settings = await play.change(await play.say('/settings'), 'Delivery time');
      expect((await play.change(settings, '22:00')).text).to.include('every day at 22:00');
      await hadToday();
      const dailies = await stack.sql<{ today: number; due: boolean }>(
        `SELECT count(q.id)::int AS today, bool_or(u.next_delivery_at <= now()) AS due
         FROM users u JOIN user_questions q USING (user_id) WHERE user_id = $1 GROUP BY user_id`,
        [play.chat.id],
      );
      expect(dailies).to.deep.equal([{ today: 1, due: false }]);
      await play.nextDay();
      expect(await play.answer('right')).to.include('Streak: 2 days');
    });

    it('leave nothing behind that the services would have to complain about', () => {
      const complaints = stack
        .output()
        .split('\n')
        .filter((line) => /"level":"error"|\berror {2}/.test(line));
      expect(complaints).to.deep.equal([]);
    });
  });
}
