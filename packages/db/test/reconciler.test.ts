import { expect } from 'chai';
import {
  type Backlog,
  type Database,
  makeDeadLetterStore,
  makeInboxStore,
  makeReconcilerStore,
  type Transaction,
  type Waiting,
} from '../src/index.ts';
import { addLearners, addQuestions, addSentDaily, openDatabase } from './fixtures.ts';

const NOW = Date.parse('2026-03-10T12:00:00Z');
const at = (secondsFromNow: number) => new Date(NOW + secondsFromNow * 1000);

describe('the reconciler', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => {
    ({ db, close } = await openDatabase());
    await addQuestions(db, { level: 2, topic: 'streaming', count: 5 });
  });
  after(() => close?.());
  beforeEach(async () => {
    await db.sql('DELETE FROM users');
    await db.sql('DELETE FROM telegram_updates');
    await db.sql('DELETE FROM dead_letters');
    await addLearners(db, { count: 200 });
  });

  const stale = (now: Date) => ({ now, staleMs: 30_000 });
  const store = () => makeReconcilerStore(db);
  /** Every row of a backlog in order, page by page. */
  const read = async <Row extends Waiting>(backlog: Backlog<Row>, now: Date, limit = 1000) => {
    const rows: Row[] = [];
    for (;;) {
      const page = await backlog.page({ ...stale(now), limit, after: rows.at(-1) ?? null });
      rows.push(...page);
      if (page.length < limit) return rows;
    }
  };
  /** Goes through a backlog page by page and hands out all that it can; resolves to the ids of those. */
  const handOut = async (backlog: Backlog<Waiting>, now: Date, limit?: number) => {
    const ids = (await read(backlog, now, limit)).map((row) => row.id);
    return [...(await backlog.handOut(ids, stale(now)))].sort();
  };
  const updates = async (now: Date) =>
    (await read(store().updates('command.run'), now)).map((update) => Number(update.updateId));
  const idsOf = async (backlog: Backlog<Waiting>, now: Date) =>
    (await read(backlog, now)).map(({ id }) => id);
  const receive = async (updateId: number, receivedAt: Date, status = 'received') => {
    await makeInboxStore(db).store([
      { botId: '1', updateId, userId: '1', job: 'command.run', payload: '{}', receivedAt, quarantine: null },
    ]);
    await db.sql('UPDATE telegram_updates SET status = $2 WHERE update_id = $1', [updateId, status]);
  };
  const decide = async (userId: number, createdAt: Date, state = 'pending') => {
    const [row] = await db.sql<{ id: string }>(
      `INSERT INTO user_questions (user_id, kind, slot_at, local_date, expires_at, created_at, state)
       VALUES ($1, 'daily', $2, '2026-03-10', '2026-03-11', $2, $3) RETURNING id`,
      [userId, createdAt, state],
    );
    return row?.id ?? '';
  };
  const send = (userId: number, expiresAt: Date) =>
    addSentDaily(db, {
      userId,
      questionId: 'streaming-2-1',
      localDate: '2026-03-10',
      expiresAt: expiresAt.toISOString(),
    });

  it('finds updates that were received or applied long ago, and leaves all others alone', async () => {
    await receive(1, at(-60));
    await receive(2, at(-60), 'applied');
    await receive(3, at(-60), 'done');
    await receive(4, at(-60), 'dead');
    await receive(5, at(-60), 'quarantined');
    await receive(6, at(-29));
    expect(await updates(at(0))).to.deep.equal([1, 2]);
  });

  it('finds deliveries that are pending since long, and leaves all others alone', async () => {
    const long = await decide(1, at(-60));
    await decide(2, at(-29));
    for (const [i, state] of ['expired', 'blocked', 'failed'].entries()) await decide(3 + i, at(-60), state);
    await send(10, at(3600));
    expect(await idsOf(store().deliveries, at(0))).to.deep.equal([long]);
  });

  it('finds deliveries whose time is over, sent or not, and those expired of which nobody was told', async () => {
    const over = await send(1, at(-1));
    await send(2, at(1));
    const unsent = await decide(3, at(-3600));
    await db.sql('UPDATE user_questions SET expires_at = $2 WHERE id = $1', [unsent, at(-1)]);
    const untold = await send(4, at(-60));
    const told = await send(5, at(-60));
    await db.sql(`UPDATE user_questions SET state = 'expired', expired_at = expires_at WHERE id = ANY ($1)`, [
      [untold, told],
    ]);
    await db.sql('UPDATE user_questions SET feedback_delivered_at = now() WHERE id = $1', [told]);
    await decide(6, at(-60), 'expired');
    expect((await idsOf(store().overdue, at(0))).sort()).to.deep.equal([over, unsent].sort());
    expect(await idsOf(store().untold, at(0))).to.deep.equal([untold]);
  });

  it('reads in order and page by page, although thousands share one instant', async () => {
    await receive(1, at(-61));
    for (let id = 2; id <= 9; id++) await receive(id, at(-60));
    await db.sql(`UPDATE telegram_updates SET received_at = received_at + interval '7 microseconds'`);
    const decided: string[] = [];
    for (let id = 1; id <= 9; id++) decided.push(await decide(id, at(-60)));
    const sent: string[] = [];
    for (let id = 11; id <= 19; id++) sent.push(await send(id, at(-60)));
    for (const limit of [1, 2, 3, 9, 100]) {
      const seen = await read(store().updates('command.run'), at(0), limit);
      expect(seen.map(({ updateId }) => Number(updateId))).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect((await read(store().deliveries, at(0), limit)).map(({ id }) => id)).to.deep.equal(decided);
      expect((await read(store().overdue, at(0), limit)).map(({ id }) => id)).to.deep.equal(sent);
    }
  });

  it('hands each row out once per stale time, also to several that ask at once', async () => {
    for (let id = 1; id <= 50; id++) {
      await receive(id, at(-60));
      await decide(id, at(-60));
      await send(100 + id, at(-1));
    }
    const everything = async (now: Date) => {
      const of = async () => [
        ...(await handOut(store().updates('command.run'), now, 20)).map((id) => `update ${id}`),
        ...(await handOut(store().deliveries, now, 20)).map((id) => `delivery ${id}`),
        ...(await handOut(store().overdue, now, 20)).map((id) => `expiry ${id}`),
      ];
      const found = await Promise.all([of(), of(), of(), of(), of()]);
      const rest = [await of(), await of(), await of()];
      return [...found, ...rest].flat();
    };
    const first = await everything(at(0));
    expect(first).to.have.length(150);
    expect(new Set(first).size).to.equal(150);
    expect(await everything(at(29))).to.deep.equal([]);
    expect((await everything(at(30))).sort()).to.deep.equal([...first].sort());
  });

  it('waits for nobody who holds a row, and leaves that row alone', async () => {
    const [held, free] = [await decide(1, at(-60)), await decide(2, at(-60))];
    await db.transaction(async (tx) => {
      await tx.sql('SELECT FROM user_questions WHERE id = $1 FOR UPDATE', [held]);
      expect(await handOut(store().deliveries, at(0))).to.deep.equal([free]);
    });
    expect(await handOut(store().deliveries, at(0))).to.deep.equal([held]);
  });

  it('hands a delivery out as it expires, even right after it was handed out as pending', async () => {
    const id = await decide(1, at(-60));
    await db.sql('UPDATE user_questions SET expires_at = $1', [at(5)]);
    expect(await handOut(store().deliveries, at(0))).to.deep.equal([id]);
    expect(await handOut(store().overdue, at(4))).to.deep.equal([]);
    expect(await handOut(store().overdue, at(5))).to.deep.equal([id]);
    expect(await handOut(store().overdue, at(6))).to.deep.equal([]);
  });

  it('leaves alone what has been buried, until it is redriven', async () => {
    await receive(1, at(-60));
    const pending = await decide(1, at(-60));
    const untold = await send(2, at(-60));
    const unexpired = await send(3, at(-60));
    await db.sql(`UPDATE user_questions SET state = 'expired', expired_at = expires_at WHERE id = $1`, [
      untold,
    ]);
    const [update] = await db.sql<{ seq: string }>('SELECT seq FROM telegram_updates');
    const letters = makeDeadLetterStore(db);
    const bury = (name: string, jobId: string, payload: object) =>
      letters.bury({ queue: 'x', name, jobId, payload, error: 'poison', attempts: 5, failedAt: at(0) });
    await bury('command.run', 'update-1-1', { updateSeq: update?.seq });
    await bury('delivery.send', `send-${pending}`, { deliveryId: pending });
    for (const id of [untold, unexpired]) await bury('delivery.expire', `expire-${id}`, { deliveryId: id });

    const found = async (now: Date) => [
      await updates(now),
      await idsOf(store().deliveries, now),
      await idsOf(store().overdue, now),
      await idsOf(store().untold, now),
    ];
    expect(await found(at(60))).to.deep.equal([[], [], [], []]);
    for (const letter of await letters.list(10)) await letters.redrive(letter.id);
    expect(await found(at(120))).to.deep.equal([[1], [pending], [unexpired], [untold]]);
  });

  it('reads no table from end to end to find a few rows', async () => {
    await addLearners(db, { from: 1000, count: 20_000 });
    await db.sql(
      `INSERT INTO user_questions (user_id, kind, slot_at, local_date, expires_at, state, feedback_delivered_at)
       SELECT user_id, 'daily', $1, '2026-03-10', $1, 'expired', $1 FROM users WHERE user_id >= 1000`,
      [at(-3600)],
    );
    await db.sql(
      `INSERT INTO telegram_updates (bot_id, update_id, user_id, job, payload, received_at, status)
       SELECT 1, user_id, user_id, 'command.run', '{}', $1, 'done' FROM users`,
      [at(-3600)],
    );
    const id = await send(1, at(-1));
    await db.sql('ANALYZE user_questions, telegram_updates, dead_letters');
    const scans = await db.transaction(async (tx) => {
      const inside = makeReconcilerStore(throughTransaction(db, tx));
      const count = async () =>
        (
          await tx.sql<{ scans: number }>(
            `SELECT sum(seq_scan)::int AS scans FROM pg_stat_xact_user_tables
             WHERE relname IN ('user_questions', 'telegram_updates')`,
          )
        )[0]?.scans ?? 0;
      const before = await count();
      await handOut(inside.updates('command.run'), at(0));
      await handOut(inside.deliveries, at(0));
      await handOut(inside.untold, at(0));
      expect(await handOut(inside.overdue, at(0))).to.deep.equal([id]);
      return (await count()) - before;
    });
    expect(scans).to.equal(0);
  });
});

/** The database, with all that stores do on it within one transaction. */
function throughTransaction(db: Database, tx: Transaction): Database {
  const through: Database = { ...db, sql: tx.sql, scoped: () => through };
  return through;
}
