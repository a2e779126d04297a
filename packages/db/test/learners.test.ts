import { defaultPolicy, localDateOf, seededRandom } from '@rung/domain';
import { expect } from 'chai';
import {
  changeLearner,
  createLearner,
  type Database,
  decideDailyNow,
  findLearner,
  type Learner,
  lockLearner,
  makeFanOutStore,
  readConversation,
  reschedule,
  setConversation,
  type Transaction,
} from '../src/index.ts';
import { addLearners, openDatabase } from './fixtures.ts';

const HOUR = 3_600_000;

describe('learners', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await openDatabase()));
  after(() => close?.());
  beforeEach(() => db.sql('DELETE FROM users'));

  const withLearner = <T>(work: (tx: Transaction, learner: Learner) => Promise<T>): Promise<T> =>
    db.transaction(async (tx) => {
      const learner = await lockLearner(tx, '1');
      if (learner === null) throw new Error('there is no learner 1');
      return work(tx, learner);
    });
  const dailies = () =>
    db.sql<{ id: string; localDate: string; slotAt: Date; state: string; expiresAt: Date }>(
      `SELECT id, local_date AS "localDate", slot_at AS "slotAt", state, expires_at AS "expiresAt"
       FROM user_questions WHERE user_id = 1 ORDER BY local_date`,
    );
  const fanOut = (now: Date) => makeFanOutStore(db).distribute({ now, catchUpMs: 6 * HOUR, limit: 100 });

  describe('when they are created', () => {
    const who = { userId: '1', botId: '9', username: 'ada', language: 'en' };
    const create = (now: string, more: Partial<typeof who> = {}) =>
      db.transaction((tx) => createLearner(tx, { ...who, ...more }, new Date(now)));

    it('begin at level 2, in UTC, with their first question at the next 10:00', async () => {
      expect(await create('2026-03-10T09:59:00Z')).to.deep.include({
        userId: '1',
        botId: '9',
        username: 'ada',
        level: 2,
        streak: 0,
        timezone: 'UTC',
        deliveryTime: '10:00',
        optedIn: true,
        nextDeliveryAt: new Date('2026-03-10T10:00:00Z'),
        lastDailyDate: null,
      });
      await db.sql('DELETE FROM users');
      expect((await create('2026-03-10T10:00:00Z')).nextDeliveryAt).to.deep.equal(
        new Date('2026-03-11T10:00:00Z'),
      );
    });

    it('are created once, and keep all that they had', async () => {
      await create('2026-03-10T09:00:00Z');
      await db.sql('UPDATE users SET level = 4, streak = 7, best_streak = 7');
      const again = await Promise.all(
        [1, 2, 3].map(() => create('2026-03-12T09:00:00Z', { username: 'somebody' })),
      );
      for (const learner of again) {
        expect(learner).to.deep.include({
          username: 'ada',
          level: 4,
          streak: 7,
          nextDeliveryAt: new Date('2026-03-10T10:00:00Z'),
        });
      }
      expect(await db.sql('SELECT FROM users')).to.have.length(1);
    });
  });

  describe('when they change their settings', () => {
    const change = (settings: { timezone?: string; deliveryTime?: string }, now: string) =>
      withLearner((tx, learner) => reschedule(tx, learner, settings, new Date(now)));

    it('get a question that was still to come at the new time', async () => {
      await addLearners(db, { nextDeliveryAt: '2026-03-10T10:00:00Z' });
      const next = await change({ deliveryTime: '18:30' }, '2026-03-10T09:00:00Z');
      expect(next).to.deep.equal(new Date('2026-03-10T18:30:00Z'));
      expect(await findLearner(db, '1')).to.deep.include({ deliveryTime: '18:30', nextDeliveryAt: next });
    });

    it('get it at the old time when the new one has passed, and none is lost', async () => {
      await addLearners(db, { nextDeliveryAt: '2026-03-10T10:00:00Z' });
      const next = await change({ deliveryTime: '08:00' }, '2026-03-10T09:00:00Z');
      expect(localDateOf(next, 'UTC')).to.equal('2026-03-10');
      await fanOut(next);
      expect((await dailies()).map((row) => row.localDate)).to.deep.equal(['2026-03-10']);
      expect((await findLearner(db, '1'))?.nextDeliveryAt).to.deep.equal(new Date('2026-03-11T08:00:00Z'));
    });

    it('get no second one for a date that had its own already', async () => {
      await addLearners(db, { nextDeliveryAt: '2026-03-10T10:00:00Z' });
      await fanOut(new Date('2026-03-10T10:00:00Z'));
      const later = await change({ deliveryTime: '20:00' }, '2026-03-10T11:00:00Z');
      expect(later).to.deep.equal(new Date('2026-03-11T20:00:00Z'));
      const west = await change({ timezone: 'Pacific/Honolulu' }, '2026-03-10T11:00:00Z');
      expect(localDateOf(west, 'Pacific/Honolulu')).to.equal('2026-03-11');
    });

    it('get exactly one for each local date, whatever they change and when', async () => {
      await addLearners(db, { nextDeliveryAt: '2026-03-01T10:00:00Z' });
      const zones = ['UTC', 'Pacific/Kiritimati', 'America/New_York', 'Asia/Kolkata', 'Pacific/Pago_Pago'];
      const times = ['00:00', '06:15', '10:00', '17:45', '23:59'];
      const random = seededRandom('settings of a restless learner');
      const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)] ?? '';
      const end = Date.parse('2026-04-01T00:00:00Z');
      for (let now = Date.parse('2026-03-01T00:00:00Z'); now < end; now += HOUR) {
        await fanOut(new Date(now));
        if (random() < 0.08) {
          const settings = random() < 0.5 ? { timezone: pick(zones) } : { deliveryTime: pick(times) };
          await withLearner((tx, learner) => reschedule(tx, learner, settings, new Date(now)));
        }
      }
      const dates = (await dailies()).map((row) => row.localDate);
      const first = Date.parse(dates[0] ?? '');
      const everyDate = dates.map((_, i) => new Date(first + i * 24 * HOUR).toISOString().slice(0, 10));
      expect(dates).to.deep.equal(everyDate);
      expect(dates.length).to.be.at.least(30);
    });
  });

  it('can be paused without an end, until an instant, and not at all', async () => {
    await addLearners(db, {});
    const pausedUntil = async (until: Date | number | null) => {
      await withLearner((tx) => changeLearner(tx, '1', { pausedUntil: until }));
      return (await findLearner(db, '1'))?.pausedUntil;
    };
    expect(await pausedUntil(Number.POSITIVE_INFINITY)).to.equal(Number.POSITIVE_INFINITY);
    expect(await pausedUntil(new Date('2026-03-20T00:00:00Z'))).to.deep.equal(
      new Date('2026-03-20T00:00:00Z'),
    );
    expect(await pausedUntil(null)).to.equal(null);
  });

  it('change in what was named and in nothing else', async () => {
    await addLearners(db, { count: 2 });
    const before = await findLearner(db, '1');
    await withLearner((tx) =>
      changeLearner(tx, '1', { optedIn: false, username: `a'; DROP TABLE users; --` }),
    );
    const { updatedAt: _, ...after } = (await findLearner(db, '1')) ?? {};
    const { updatedAt: __, ...was } = before ?? {};
    expect(after).to.deep.equal({ ...was, optedIn: false, username: `a'; DROP TABLE users; --` });
    expect((await findLearner(db, '2'))?.optedIn).to.equal(true);
  });

  describe('in conversation', () => {
    const asked = new Date('2026-03-10T10:00:00Z');
    const later = (ms: number) => new Date(asked.getTime() + ms);
    const ask = (awaiting: 'timezone' | 'delivery_time' | null, now = asked) =>
      withLearner((tx) => setConversation(tx, '1', awaiting, now));
    const awaited = (now: Date) => withLearner((tx) => readConversation(tx, '1', now));
    beforeEach(() => addLearners(db, { count: 2 }));

    it('are waited for for 24 hours and no longer', async () => {
      await ask('timezone');
      expect(await awaited(asked)).to.equal('timezone');
      expect(await awaited(later(24 * HOUR - 1))).to.equal('timezone');
      expect(await awaited(later(24 * HOUR))).to.equal(null);
    });

    it('are asked one thing at a time, from the last question on', async () => {
      await ask('timezone');
      await ask('delivery_time', later(20 * HOUR));
      expect(await awaited(later(40 * HOUR))).to.equal('delivery_time');
    });

    it('are no longer waited for once that is forgotten, nor with somebody else', async () => {
      await ask('timezone');
      expect(await db.transaction((tx) => readConversation(tx, '2', asked))).to.equal(null);
      await ask(null);
      expect(await awaited(asked)).to.equal(null);
      await ask(null);
    });
  });

  describe('who ask for their daily question now', () => {
    const NOW = '2026-03-10T15:00:00Z';
    const ask = (now = NOW) =>
      withLearner((tx, learner) => decideDailyNow(tx, learner, new Date(now), defaultPolicy));

    it('get one for today, and are moved on to tomorrow', async () => {
      await addLearners(db, { nextDeliveryAt: '2026-03-11T10:00:00Z' });
      expect((await ask()).kind).to.equal('decided');
      expect(await dailies()).to.have.length(1);
      expect(await findLearner(db, '1')).to.deep.include({
        lastDailyDate: '2026-03-10',
        nextDeliveryAt: new Date('2026-03-11T10:00:00Z'),
      });
    });

    it('get the open one again, and none beside it', async () => {
      await addLearners(db, { nextDeliveryAt: '2026-03-11T10:00:00Z' });
      const first = await ask();
      const again = await ask();
      expect(again).to.deep.equal({ ...first, kind: 'open' });
      expect(await dailies()).to.have.length(1);
    });

    for (const state of ['blocked', 'failed', 'expired']) {
      it(`get one back that was ${state} without having been sent, with time to answer it`, async () => {
        await addLearners(db, { nextDeliveryAt: '2026-03-11T10:00:00Z' });
        await ask('2026-03-10T01:00:00Z');
        await db.sql(`UPDATE user_questions SET state = $1, unconfirmed_sends = 2, expires_at = $2`, [
          state,
          '2026-03-10T14:00:00Z',
        ]);
        expect((await ask()).kind).to.equal('decided');
        const [row, ...others] = await dailies();
        expect(others).to.deep.equal([]);
        expect(row?.state).to.equal('pending');
        expect(row?.expiresAt.getTime()).to.be.at.least(Date.parse(NOW) + 6 * HOUR);
      });
    }

    it('are told that they had it when it was sent', async () => {
      await addLearners(db, { nextDeliveryAt: '2026-03-11T10:00:00Z' });
      await ask('2026-03-10T01:00:00Z');
      await db.sql(`UPDATE user_questions SET state = 'expired', expired_at = now(), sent_at = slot_at`);
      expect(await ask()).to.deep.equal({ kind: 'had' });
      expect(await dailies()).to.have.length(1);
    });
  });
});
