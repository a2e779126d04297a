import {
  connectDatabase,
  type Database,
  type IncomingUpdate,
  makeInboxStore,
  type StoredUpdate,
} from '@rung/db';
import { expect } from 'chai';
import { type IntakeOptions, makeIntake, NotDurable } from '../src/intake.ts';
import { type InboxDatabase, openInboxDatabase } from './inboxDatabase.ts';
import { nested } from './updates.ts';

describe('the intake', () => {
  let inbox: InboxDatabase;
  let inserts: number;
  let nextId = 1;
  before(async () => {
    inbox = await openInboxDatabase();
  });
  after(() => inbox?.close());
  beforeEach(() => {
    inserts = 0;
  });

  const update = (more: Partial<IncomingUpdate> = {}): IncomingUpdate => ({
    botId: '1',
    updateId: nextId++,
    userId: '42',
    job: 'command.run',
    payload: '{}',
    receivedAt: new Date('2026-03-10T10:00:00Z'),
    quarantine: null,
    ...more,
  });
  const counting = (db: Database): Database => {
    const counted: Database = {
      ...db,
      scoped: () => counted,
      sql: (text, values) => {
        inserts += 1;
        return db.sql(text, values);
      },
    };
    return counted;
  };
  const open = (more: Partial<IntakeOptions> = {}) => {
    const told: { update: IncomingUpdate; stored: StoredUpdate }[] = [];
    const intake = makeIntake({
      inbox: makeInboxStore(counting(inbox.db)),
      onStored: (some) => void told.push(...some),
      ...more,
    });
    return { intake, told };
  };
  const stored = (updates: readonly IncomingUpdate[]) =>
    inbox.db.sql<{ seq: string }>(
      'SELECT seq FROM telegram_updates WHERE update_id = ANY ($1) ORDER BY update_id',
      [updates.map(({ updateId }) => updateId)],
    );
  const failureOf = (work: Promise<unknown>): Promise<unknown> => work.then(() => 'stored').catch((e) => e);

  it('lets 500 updates that come at once share a few inserts, and stores each', async () => {
    const { intake, told } = open();
    const updates = Array.from({ length: 500 }, () => update());
    const results = await Promise.all(updates.map((one) => intake.accept(one)));
    expect(inserts).to.be.below(10);
    const rows = await stored(updates);
    expect(results.map(({ seq }) => seq)).to.deep.equal(rows.map(({ seq }) => seq));
    expect(told.map(({ stored: { seq } }) => seq).sort()).to.deep.equal(rows.map(({ seq }) => seq).sort());
  });

  it('says what became of each: stored, stored before, or quarantined', async () => {
    const { intake, told } = open();
    const first = update();
    await intake.accept(first);
    const results = await Promise.all([
      intake.accept(first),
      intake.accept(update({ userId: null, job: null, quarantine: 'a poll' })),
      intake.accept(update({ payload: nested(60_000) })),
      intake.accept(update()),
    ]);
    expect(results.map(({ seq, quarantined }) => [seq === null, quarantined])).to.deep.equal([
      [true, false],
      [false, true],
      [false, true],
      [false, false],
    ]);
    expect(told.slice(1).map(({ stored }) => stored)).to.deep.equal(results);
  });

  it('drains: what has come is stored when it resolves', async () => {
    const { intake } = open({ batchSize: 2 });
    const updates = Array.from({ length: 9 }, () => update());
    const accepted = updates.map((one) => intake.accept(one));
    await intake.drain();
    expect(await stored(updates)).to.have.length(9);
    await Promise.all(accepted);
  });

  it('refuses at once what is too much to wait, and goes on with the rest', async () => {
    const { intake } = open({ maxWaiting: 2 });
    const results = await Promise.all([1, 2, 3, 4, 5].map(() => failureOf(intake.accept(update()))));
    expect(results.map((result) => result === 'stored')).to.deep.equal([true, true, false, false, false]);
    expect(results[2]).to.be.instanceOf(NotDurable);
    expect(await failureOf(intake.accept(update()))).to.equal('stored');
  });

  it('refuses in time while the inbox is locked, and stores again once it is free', async () => {
    const { intake } = open({ timeoutMs: 150 });
    const late = [update(), update()];
    const waited: number[] = [];
    await inbox.db.transaction(async ({ sql }) => {
      await sql('LOCK TABLE telegram_updates IN EXCLUSIVE MODE');
      for (const one of late) {
        const started = performance.now();
        expect(await failureOf(intake.accept(one))).to.be.instanceOf(NotDurable);
        waited.push(performance.now() - started);
      }
    });
    for (const ms of waited) expect(ms).to.be.within(140, 300);
    expect(await failureOf(intake.accept(update()))).to.equal('stored');
  });

  it('refuses when the database is gone, with what the database said as the cause', async () => {
    const gone = await connectDatabase({ url: inbox.url, poolSize: 1 });
    await gone.close();
    const { intake } = open({ inbox: makeInboxStore(gone) });
    const failure = await failureOf(intake.accept(update()));
    expect(failure).to.be.instanceOf(NotDurable);
    expect(failure instanceof NotDurable && failure.cause).to.be.instanceOf(Error);
  });
});
