import { connectDatabase, type Database, type IncomingUpdate, makeInboxStore } from '@rung/db';
import { expect } from 'chai';
import { type IntakeOptions, makeIntake, NotDurable, type UpdateJob } from '../src/intake.ts';
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
    const jobs: UpdateJob[] = [];
    const intake = makeIntake({
      inbox: makeInboxStore(counting(inbox.db)),
      enqueue: async (some) => void jobs.push(...some),
      ...more,
    });
    return { intake, jobs };
  };
  const stored = (updates: readonly IncomingUpdate[]) =>
    inbox.db.sql<{ seq: string }>(
      'SELECT seq FROM telegram_updates WHERE update_id = ANY ($1) ORDER BY update_id',
      [updates.map(({ updateId }) => updateId)],
    );
  const failureOf = (work: Promise<unknown>): Promise<unknown> => work.then(() => 'stored').catch((e) => e);

  it('lets 500 updates that come at once share a few inserts, and stores each', async () => {
    const { intake, jobs } = open();
    const updates = Array.from({ length: 500 }, () => update());
    const results = await Promise.all(updates.map((one) => intake.accept(one)));
    expect(inserts).to.be.below(10);
    const rows = await stored(updates);
    expect(results.map(({ seq }) => seq)).to.deep.equal(rows.map(({ seq }) => seq));
    expect(jobs.map(({ updateSeq }) => updateSeq)).to.deep.equal(rows.map(({ seq }) => seq));
    expect(new Set(jobs.map(({ jobId }) => jobId)).size).to.equal(500);
  });

  it('keeps the order in which updates came', async () => {
    const { intake } = open({ batchSize: 7 });
    const updates = Array.from({ length: 50 }, () => update());
    await Promise.all(updates.map((one) => intake.accept(one)));
    const seqs = (await stored(updates)).map(({ seq }) => BigInt(seq));
    expect(seqs).to.deep.equal([...seqs].sort((a, b) => Number(a - b)));
  });

  it('enqueues neither what was stored before nor what is of no use', async () => {
    const { intake, jobs } = open();
    const first = update();
    await intake.accept(first);
    const results = await Promise.all([
      intake.accept(first),
      intake.accept(update({ userId: null, job: null, quarantine: 'a poll' })),
      intake.accept(update({ payload: nested(60_000) })),
      intake.accept(update({ job: 'answer.grade' })),
    ]);
    await intake.drain();
    expect(results.map(({ seq, quarantined }) => [seq === null, quarantined])).to.deep.equal([
      [true, false],
      [false, true],
      [false, true],
      [false, false],
    ]);
    expect(jobs.map(({ job }) => job)).to.deep.equal(['command.run', 'answer.grade']);
  });

  it('accepts although enqueueing never ends, and does not wait for it', async () => {
    const { intake } = open({ enqueue: () => new Promise(() => undefined) });
    expect((await intake.accept(update())).seq).to.be.a('string');
    expect((await intake.accept(update())).seq).to.be.a('string');
  });

  it('drains: what was accepted is stored and enqueued when it resolves', async () => {
    const gate = Promise.withResolvers<void>();
    const enqueued: UpdateJob[] = [];
    const { intake } = open({
      enqueue: async (jobs) => {
        await gate.promise;
        enqueued.push(...jobs);
      },
    });
    const updates = [update(), update(), update()];
    const accepted = updates.map((one) => intake.accept(one));
    const drained = intake.drain().then(() => enqueued.length);
    gate.resolve();
    expect(await drained).to.equal(3);
    expect(await Promise.all(accepted)).to.have.length(3);
  });

  it('refuses at once what is too much to wait, and goes on with the rest', async () => {
    const { intake } = open({ maxWaiting: 2 });
    const results = await Promise.all([1, 2, 3, 4, 5].map(() => failureOf(intake.accept(update()))));
    expect(results.filter((result) => result === 'stored')).to.have.length(3);
    expect(results.filter((result) => result instanceof NotDurable)).to.have.length(2);
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
