import { expect } from 'chai';
import { type Database, type IncomingUpdate, makeInboxStore } from '../src/index.ts';
import { openDatabase } from './fixtures.ts';

describe('the inbox', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await openDatabase()));
  after(() => close?.());

  const update = (updateId: number, more: Partial<IncomingUpdate> = {}): IncomingUpdate => ({
    botId: '1',
    updateId,
    userId: '42',
    job: 'command.run',
    payload: '{"text":"hello"}',
    receivedAt: new Date('2026-03-10T10:00:00Z'),
    quarantine: null,
    ...more,
  });
  const rowOf = async (updateId: number) =>
    (
      await db.sql<{ status: string; payload: unknown; reason: string | null }>(
        'SELECT status, payload, reason FROM telegram_updates WHERE update_id = $1',
        [updateId],
      )
    )[0];

  it('stores many updates with one statement and returns a seq for each, in their order', async () => {
    let statements = 0;
    const counting: Database = {
      ...db,
      scoped: () => counting,
      sql: (text, values) => {
        statements += 1;
        return db.sql(text, values);
      },
    };
    const stored = await makeInboxStore(counting).store([update(1), update(2), update(3)]);
    expect(statements).to.equal(1);
    const seqs = stored.map((entry) => BigInt(entry.seq ?? 0));
    expect([...seqs].sort((a, b) => Number(a - b))).to.deep.equal(seqs);
  });

  it('stores a repeated update once, also within one batch', async () => {
    const inbox = makeInboxStore(db);
    const first = await inbox.store([update(10), update(10)]);
    expect(first.map((entry) => entry.seq === null)).to.deep.equal([false, true]);
    expect((await inbox.store([update(10)]))[0]?.seq).to.equal(null);
    const rows = await db.sql('SELECT FROM telegram_updates WHERE update_id = 10');
    expect(rows).to.have.length(1);
  });

  it('stores batches that meet in all their updates, in opposite orders', async () => {
    const inbox = makeInboxStore(db);
    for (let round = 1; round <= 15; round++) {
      const updates = Array.from({ length: 200 }, (_, n) => update(1_000 * round + n));
      const both = await Promise.all([inbox.store(updates), inbox.store(updates.toReversed())]);
      expect(both.flat().filter(({ seq }) => seq !== null)).to.have.length(200);
    }
  });

  it('keeps NUL characters and lone surrogates', async () => {
    const text = 'nul \u0000 and half of a pair \ud83d';
    await makeInboxStore(db).store([update(20, { payload: JSON.stringify({ text }) })]);
    expect((await rowOf(20))?.payload).to.deep.equal({ text });
  });

  it('quarantines the update whose data the database refuses, and stores the others', async () => {
    const deep = `${'['.repeat(60_000)}${']'.repeat(60_000)}`;
    const stored = await makeInboxStore(db).store([update(30), update(31, { payload: deep }), update(32)]);
    expect(stored.map((entry) => entry.quarantined)).to.deep.equal([false, true, false]);
    expect((await rowOf(30))?.status).to.equal('received');
    expect(await rowOf(31)).to.deep.include({ status: 'quarantined', payload: null });
    expect((await rowOf(31))?.reason).to.match(/^refused by the database \(\w{5}\)$/);
    expect((await rowOf(32))?.status).to.equal('received');
  });

  it('keeps what is of no use as quarantined, with the reason', async () => {
    await makeInboxStore(db).store([update(40, { userId: null, job: null, quarantine: 'a channel post' })]);
    expect(await rowOf(40)).to.deep.include({ status: 'quarantined', reason: 'a channel post' });
  });

  it('throws when the database is away, so that nobody takes the update for stored', async () => {
    const refuse = () => Promise.reject(new Error('connect ECONNREFUSED'));
    const away: Database = { ...db, scoped: () => away, sql: refuse };
    const outcome = await makeInboxStore(away)
      .store([update(50)])
      .catch((error: Error) => error.message);
    expect(outcome).to.equal('connect ECONNREFUSED');
  });
});
