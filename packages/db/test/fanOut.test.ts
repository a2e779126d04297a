import { localDateOf } from '@rung/domain';
import { expect } from 'chai';
import { type Database, makeFanOutStore, makeRunStore } from '../src/index.ts';
import { addLearners, openDatabase } from './fixtures.ts';

const HOUR = 3_600_000;

describe('the fan-out', () => {
  let db: Database;
  let close: () => Promise<void>;
  beforeEach(async () => ({ db, close } = await openDatabase()));
  afterEach(() => close?.());

  const distribute = (now: string, limit = 1000) =>
    makeFanOutStore(db).distribute({ now: new Date(now), catchUpMs: 6 * HOUR, limit });
  const dailies = () =>
    db.sql<{ userId: string; localDate: string; slotAt: Date; expiresAt: Date; state: string }>(
      `SELECT user_id AS "userId", local_date AS "localDate", slot_at AS "slotAt", expires_at AS "expiresAt", state
       FROM user_questions ORDER BY user_id, local_date`,
    );
  const learner = async (id = 1) =>
    (
      await db.sql<{ next: Date; last: string | null }>(
        'SELECT next_delivery_at AS next, last_daily_date AS last FROM users WHERE user_id = $1',
        [id],
      )
    )[0];

  it('decides one pending delivery for whoever is due and moves them to the next day', async () => {
    await addLearners(db, { count: 3 });
    await addLearners(db, { from: 10, nextDeliveryAt: '2026-03-10T10:01:00Z' });
    const batch = await distribute('2026-03-10T10:00:30Z');
    expect(batch.taken).to.equal(3);
    expect(batch.deliveryIds).to.have.length(3);
    expect((await dailies()).map((row) => row.userId)).to.deep.equal(['1', '2', '3']);
    expect((await dailies())[0]).to.deep.include({
      localDate: '2026-03-10',
      state: 'pending',
      slotAt: new Date('2026-03-10T10:00:00Z'),
      expiresAt: new Date('2026-03-11T00:00:00Z'),
    });
    expect(await learner()).to.deep.equal({ next: new Date('2026-03-11T10:00:00Z'), last: '2026-03-10' });
    expect((await distribute('2026-03-10T10:00:40Z')).taken).to.equal(0);
  });

  it('leaves alone whoever stopped or blocked, and moves on whoever is paused', async () => {
    await addLearners(db, { count: 4 });
    await db.sql('UPDATE users SET opt_in_daily_quiz = false WHERE user_id = 1');
    await db.sql('UPDATE users SET blocked_at = now() WHERE user_id = 2');
    await db.sql(`UPDATE users SET paused_until = 'infinity' WHERE user_id = 3`);
    await distribute('2026-03-10T10:00:00Z');
    expect((await dailies()).map((row) => row.userId)).to.deep.equal(['4']);
    expect((await learner(3))?.next).to.deep.equal(new Date('2026-03-11T10:00:00Z'));
  });

  it('catches up within six hours under the date of the slot, and gives up what is older', async () => {
    await addLearners(db, { deliveryTime: '23:30', nextDeliveryAt: '2026-03-10T23:30:00Z' });
    await addLearners(db, { from: 2, deliveryTime: '20:00', nextDeliveryAt: '2026-03-10T20:00:00Z' });
    await distribute('2026-03-11T03:00:00Z');
    expect((await dailies()).map((row) => [row.userId, row.localDate])).to.deep.equal([['1', '2026-03-10']]);
    expect((await learner(2))?.next).to.deep.equal(new Date('2026-03-11T20:00:00Z'));
  });

  it('gives no second daily for a local date when the clock is stepped back an hour', async () => {
    await addLearners(db, {});
    await distribute('2026-03-10T10:00:00Z');
    await distribute('2026-03-10T09:00:00Z');
    await distribute('2026-03-10T10:00:00Z');
    expect(await dailies()).to.have.length(1);
  });

  it('serves everybody although one has a zone that nobody knows, who is served by UTC', async () => {
    await addLearners(db, { count: 2 });
    await db.sql(`UPDATE users SET timezone = 'Mars/Olympus_Mons' WHERE user_id = 1`);
    await distribute('2026-03-10T10:00:00Z');
    expect((await dailies()).map((row) => [row.userId, row.localDate])).to.deep.equal([
      ['1', '2026-03-10'],
      ['2', '2026-03-10'],
    ]);
    expect((await learner(1))?.next).to.deep.equal(new Date('2026-03-11T10:00:00Z'));
  });

  it('lets replicas share the learners: each gets exactly one', async () => {
    for (const [i, zone] of ['UTC', 'Asia/Tokyo', 'America/New_York', 'Africa/Cairo'].entries()) {
      await addLearners(db, { from: i * 500 + 1, count: 500, timezone: zone });
    }
    const replica = async () => {
      const stores = makeFanOutStore(db);
      for (;;) {
        const batch = await stores.distribute({
          now: new Date('2026-03-10T10:00:00Z'),
          catchUpMs: 6 * HOUR,
          limit: 100,
        });
        if (batch.taken === 0) return;
      }
    };
    await Promise.all([replica(), replica(), replica()]);
    const rows = await dailies();
    expect(rows).to.have.length(2000);
    expect(new Set(rows.map((row) => row.userId)).size).to.equal(2000);
    expect(rows.every((row) => row.localDate === localDateOf(row.slotAt, 'UTC'))).to.equal(true);
  });

  it('counts each minute in which somebody was due, and finishes the run when nothing is pending', async () => {
    await addLearners(db, { count: 5 });
    await db.sql(`UPDATE users SET paused_until = 'infinity' WHERE user_id = 5`);
    await distribute('2026-03-10T10:00:20Z');
    const runs = makeRunStore(db);
    await runs.summarise(new Date('2026-03-10T10:00:21Z'));
    expect((await runs.latest(5))[0]).to.deep.include({ due: 5, skipped: 1, sent: 0, finishedAt: null });
    await db.sql(`UPDATE user_questions SET state = 'blocked' WHERE user_id = 1`);
    await db.sql(`UPDATE user_questions SET state = 'failed' WHERE user_id = 2`);
    await db.sql(`UPDATE user_questions SET state = 'expired' WHERE user_id > 2`);
    await runs.summarise(new Date('2026-03-10T10:05:00Z'));
    const finished = { due: 5, skipped: 3, sent: 0, blocked: 1, failed: 1 };
    expect((await runs.latest(5))[0]).to.deep.include({
      ...finished,
      finishedAt: new Date('2026-03-10T10:05:00Z'),
    });
  });
});
