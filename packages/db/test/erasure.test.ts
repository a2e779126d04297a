import { expect } from 'chai';
import {
  createLearner,
  type Database,
  type Erasure,
  type ErasureStore,
  lockLearner,
  makeErasureStore,
  makeLlmBudgetStore,
  makeMailboxStore,
  makePseudonyms,
} from '../src/index.ts';
import { addLearners, addQuestions, addSentDaily, openDatabase, tap } from './fixtures.ts';

/** No other number in the database looks like it. */
const GONE = 1_987_654_321;
const STAYS = 1_987_699_999;
const pseudonyms = makePseudonyms('a salt for tests, long enough');

describe('erasing a learner', () => {
  let db: Database;
  let close: () => Promise<void>;
  let erasures: ErasureStore;
  let updateId: number;
  beforeEach(async () => {
    ({ db, close } = await openDatabase());
    erasures = makeErasureStore(db, pseudonyms);
    updateId = 0;
    await addQuestions(db, { level: 2, topic: 'streaming', count: 3 });
  });
  afterEach(() => close?.());

  const addUpdate = async (userId: number | null, status: string, payload: object): Promise<string> => {
    updateId += 1;
    const [row] = await db.sql<{ seq: string }>(
      `INSERT INTO telegram_updates (bot_id, update_id, user_id, job, payload, received_at, status)
       VALUES (1, $1, $2, CASE WHEN $2::bigint IS NOT NULL THEN 'command.run' END, $3, now(), $4) RETURNING seq`,
      [updateId, userId, JSON.stringify(payload), status],
    );
    return row?.seq ?? '';
  };
  const bury = (job: string, payload: object) =>
    db.sql(
      `INSERT INTO dead_letters (queue, job, job_id, payload, error, attempts, failed_at)
       VALUES ('commands', $1, $1 || '-' || gen_random_uuid(), $2, 'broken', 5, now())`,
      [job, JSON.stringify(payload)],
    );

  /** A learner with a row in every table that can have one. */
  const live = async (userId: number): Promise<void> => {
    await addLearners(db, { from: userId });
    const deliveryId = await addSentDaily(db, {
      userId,
      questionId: 'streaming-2-1',
      localDate: '2026-03-10',
    });
    await tap(db, deliveryId, 0);
    const [answer] = await db.sql<{ id: string }>('SELECT id FROM user_answers WHERE user_id = $1', [userId]);
    const answerId = answer?.id;
    for (const statement of [
      `INSERT INTO conversations VALUES ($1, 'timezone', now())`,
      `INSERT INTO exhausted_cells VALUES ($1, 2, 'streaming', 1)`,
      `INSERT INTO quiet_chats VALUES ($1, now())`,
      `INSERT INTO wrong_answers VALUES ($1, 'streaming-2-2', now(), 2)`,
      `INSERT INTO llm_calls (user_id, created_at) VALUES ($1, now())`,
      `INSERT INTO question_reports (user_id, question_id, question_version, reason, created_at)
       VALUES ($1, 'streaming-2-1', 1, 'unclear', now())`,
      `INSERT INTO audit_log (actor, action, subject) VALUES ('op', 'deliver', $1::bigint::text)`,
    ]) {
      await db.sql(statement, [userId]);
    }
    await db.sql(
      `INSERT INTO answer_corrections (user_answer_id, user_id, question_id, from_version, to_version, created_at)
       VALUES ($1, $2, 'streaming-2-1', 1, 2, now())`,
      [answerId, userId],
    );
    for (const status of ['received', 'applied', 'done', 'dead', 'quarantined'])
      await addUpdate(userId, status, { message: { from: { id: userId }, text: 'hello' } });
    const seq = await addUpdate(null, 'quarantined', { message: { from: { id: userId }, chat: { id: -1 } } });
    await bury('command.run', { updateSeq: seq });
    await bury('delivery.send', { deliveryId });
    await bury('correction.tell', { answerId });
    await bury('question.generate', { userId: String(userId), level: 2 });
  };

  /** Tables with a row that names the learner, in whatever column. */
  const tablesNaming = async (userId: number): Promise<string[]> => {
    const tables = await db.sql<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables
       WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`,
    );
    const naming: string[] = [];
    for (const { name } of tables) {
      const rows = await db.sql(`SELECT FROM ${name} t WHERE t::text LIKE '%' || $1::text || '%'`, [userId]);
      if (rows.length > 0) naming.push(name);
    }
    return naming;
  };
  const countAll = async (): Promise<Record<string, number>> => {
    const tables = await db.sql<{ name: string }>(
      `SELECT DISTINCT table_name AS name FROM information_schema.columns
       WHERE table_schema = 'public' AND column_name = 'user_id' AND table_name NOT IN (
         SELECT table_name FROM information_schema.views WHERE table_schema = 'public')`,
    );
    const counts = [...tables, { name: 'dead_letters' }].map(async ({ name }) => {
      const [row] = await db.sql<{ n: number }>(`SELECT count(*)::int AS n FROM ${name}`);
      return [name, row?.n ?? 0] as const;
    });
    return Object.fromEntries(await Promise.all(counts));
  };

  it('leaves no row that names them in any table, and everything of everybody else', async () => {
    await live(GONE);
    const before = await tablesNaming(GONE);
    const owned = Object.keys(await countAll());
    expect(before, 'this test has a row for every table that may name a learner').to.include.members(
      owned.filter((name) => name !== 'dead_letters'),
    );
    expect(before).to.include.members(['audit_log', 'dead_letters']);
    await live(STAYS);
    const others = Object.entries(await countAll()).map(([name, count]) => [name, count / 2] as const);

    const erasure = await erasures.erase(String(GONE), 'op');
    expect(await tablesNaming(GONE)).to.deep.equal([]);
    expect(await tablesNaming(STAYS)).to.deep.equal(before);
    // What calls to models cost stays on the books, without a name.
    const expected = others.map(([name, count]) => [name, name === 'llm_calls' ? 2 * count : count]);
    expect(await countAll()).to.deep.equal(Object.fromEntries(expected));
    expect(erasure).to.include({ hash: pseudonyms.of(String(GONE)), saltId: pseudonyms.saltId });
    expect(await erasures.ledger()).to.deep.equal([erasure]);
    const [at] = await erasures.erasuresOf(String(GONE));
    expect(at?.toISOString()).to.equal(erasure?.erasedAt);
    expect(await erasures.erasuresOf(String(STAYS))).to.deep.equal([]);
  });

  it('puts a hash in the place of the id in the audit log, which changes in no other way', async () => {
    await live(GONE);
    await db.sql(`INSERT INTO audit_log (actor, action, subject) VALUES ('op', 'dlq.redrive', $1)`, [GONE]);
    await erasures.erase(String(GONE), 'op');
    const named = `erased:${pseudonyms.of(String(GONE))}`;
    expect(await db.sql('SELECT actor, action, subject, details FROM audit_log ORDER BY id')).to.deep.equal([
      { actor: 'op', action: 'deliver', subject: named, details: {} },
      { actor: 'op', action: 'dlq.redrive', subject: String(GONE), details: {} },
      { actor: 'op', action: 'user.delete', subject: named, details: {} },
    ]);
    for (const change of [
      `subject = '${STAYS}'`,
      `subject = '${named}', actor = 'nobody'`,
      `subject = 'erased:0'`,
      `details = '{"a": 1}'`,
    ]) {
      const refused = db.sql(`UPDATE audit_log SET ${change} WHERE action = 'dlq.redrive'`);
      expect(await refused.catch((error: Error) => error.message), change).to.contain('only grows');
    }
    const back = db.sql(`UPDATE audit_log SET subject = '1' WHERE action = 'deliver'`);
    expect(await back.catch((error: Error) => error.message)).to.contain('only grows');
  });

  it('finds nothing to do for somebody unknown, and notes nothing', async () => {
    expect(await erasures.erase('5', 'op')).to.equal(null);
    expect(await erasures.ledger()).to.deep.equal([]);
    expect(await db.sql('SELECT FROM audit_log')).to.have.length(0);
  });

  it('erases a stranger who only wrote', async () => {
    await addUpdate(GONE, 'done', { message: { from: { id: GONE } } });
    expect(await erasures.erase(String(GONE), 'op')).to.not.equal(null);
    expect(await tablesNaming(GONE)).to.deep.equal([]);
  });

  it('waits for a handler that is at work, and leaves nothing of what it did', async () => {
    const mailbox = makeMailboxStore(db);
    const seq = await addUpdate(GONE, 'received', { message: { from: { id: GONE }, text: '/start' } });
    const reached = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const handled = mailbox.takeUpTo({ userId: String(GONE), upTo: seq }, async (tx) => {
      reached.resolve();
      await goOn.promise;
      const who = { userId: String(GONE), botId: '1', username: null, language: 'en' };
      await createLearner(tx, who, new Date('2026-03-10T08:00:00Z'));
      return { kind: 'nothing' };
    });
    await reached.promise;
    const erased = erasures.erase(String(GONE), 'op');
    await untilSomebodyWaits();
    goOn.resolve();
    expect(await handled).to.not.equal(null);
    expect(await erased).to.not.equal(null);
    expect(await tablesNaming(GONE)).to.deep.equal([]);
    await mailbox.markDone(seq);
    expect(await mailbox.find(seq)).to.equal(null);
  });

  it('lets a handler that waited find nothing, and take nothing for the learner who is gone', async () => {
    await live(GONE);
    const mailbox = makeMailboxStore(db);
    const seq = await addUpdate(GONE, 'received', { message: { from: { id: GONE }, text: '/stats' } });
    const reached = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const holding = db.transaction(async (tx) => {
      await lockLearner(tx, String(GONE));
      reached.resolve();
      await goOn.promise;
    });
    await reached.promise;
    const erased = erasures.erase(String(GONE), 'op');
    await untilSomebodyWaits();
    let applied = 0;
    const handled = mailbox.takeUpTo({ userId: String(GONE), upTo: seq }, async () => {
      applied += 1;
      return { kind: 'nothing' };
    });
    await untilSomebodyWaits(2);
    goOn.resolve();
    await holding;
    // Whichever of the two is first, nothing is left.
    expect(await erased).to.not.equal(null);
    const taken = await handled;
    expect(taken === null).to.equal(applied === 0);
    expect(await tablesNaming(GONE)).to.deep.equal([]);
  });

  it('makes a stranger of whoever writes afterwards', async () => {
    await live(GONE);
    await erasures.erase(String(GONE), 'op');
    const seq = await addUpdate(GONE, 'received', { message: { from: { id: GONE }, text: '/stats' } });
    const seen = await new Promise((resolve) => {
      void makeMailboxStore(db).takeUpTo({ userId: String(GONE), upTo: seq }, async (_, learner) => {
        resolve(learner);
        return { kind: 'nothing' };
      });
    });
    expect(seen).to.equal(null);
  });

  it('books calls to models that are still made for them with nobody', async () => {
    const budget = makeLlmBudgetStore(db, { callsPerHour: 5, tokensPerDay: 1000, tokensPerCall: 10 });
    expect(await budget.reserveCall(String(GONE), new Date())).to.have.property('id');
    expect(await db.sql('SELECT user_id FROM llm_calls')).to.deep.equal([{ user_id: null }]);
  });

  describe('again, in a database that was restored', () => {
    const entry = (userId: number, erasedAt: string): Erasure => ({
      hash: pseudonyms.of(String(userId)),
      erasedAt,
      saltId: pseudonyms.saltId,
    });

    it('takes those whom the ledger names, once', async () => {
      await live(GONE);
      await live(STAYS);
      const ledger = [entry(GONE, '2026-03-10T10:00:00.123Z'), entry(77, '2026-03-10T10:00:00.000Z')];
      expect(await erasures.replay(ledger, 'op')).to.equal(1);
      expect(await tablesNaming(GONE)).to.deep.equal([]);
      expect(await tablesNaming(STAYS)).to.include('users');
      expect(await erasures.ledger()).to.deep.include.members(ledger);
      // They are back, by a /start after all of that.
      await addLearners(db, { from: GONE });
      expect(await erasures.replay(ledger, 'op')).to.equal(0);
      expect(await tablesNaming(GONE)).to.deep.equal(['users']);
    });

    it('finds those who are in raw updates alone', async () => {
      await addUpdate(null, 'quarantined', { message: { from: { id: GONE }, chat: { id: -1 } } });
      expect(await erasures.replay([entry(GONE, '2026-03-10T10:00:00Z')], 'op')).to.equal(1);
      expect(await tablesNaming(GONE)).to.deep.equal([]);
    });

    it('refuses a ledger that was written with another salt', async () => {
      const foreign = { ...entry(GONE, '2026-03-10T10:00:00Z'), saltId: '00000000' };
      const refused = erasures.replay([foreign], 'op');
      expect(await refused.catch((error: Error) => error.message)).to.contain('another salt');
    });
  });

  /** Waits until that many connections to this database wait for a lock. */
  async function untilSomebodyWaits(count = 1): Promise<void> {
    for (;;) {
      const [row] = await db.sql<{ n: number }>(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      if ((row?.n ?? 0) >= count) return;
    }
  }
});
