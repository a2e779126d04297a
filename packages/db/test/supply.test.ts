import { expect } from 'chai';
import {
  type BankQuestionRow,
  type Database,
  findSeenLongestAgo,
  findUnseen,
  makeBankStore,
  readSupplyProfile,
  rememberRemaining,
  storeChoice,
  withdrawChoice,
} from '../src/index.ts';
import { addLearners, addQuestions, addSentDaily, openDatabase } from './fixtures.ts';

const cell = { level: 2, topic: 'streaming' } as const;

describe('the supply of questions', () => {
  let db: Database;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ db, close } = await openDatabase());
    await addLearners(db, { count: 2 });
    await addQuestions(db, { ...cell, count: 5 });
  });
  afterEach(() => close?.());

  const unseen = async (startKey = 0.5) =>
    (await findUnseen(db, '1', cell, startKey, 20)).map((found) => found.questionId).sort();

  it('finds every unseen question of a cell once, wherever it starts', async () => {
    const all = [1, 2, 3, 4, 5].map((n) => `streaming-2-${n}`);
    for (const start of [0, 0.25, 0.5, 0.99]) expect(await unseen(start)).to.deep.equal(all);
  });

  it('takes a question for seen by this learner alone, and only while it is active', async () => {
    await addSentDaily(db, { userId: 1, questionId: 'streaming-2-1', localDate: '2026-03-10' });
    await addSentDaily(db, { userId: 2, questionId: 'streaming-2-2', localDate: '2026-03-10' });
    await db.sql(`UPDATE questions SET status = 'quarantined' WHERE id = 'streaming-2-3'`);
    expect(await unseen()).to.deep.equal(['streaming-2-2', 'streaming-2-4', 'streaming-2-5']);
  });

  it('forgets that a cell is exhausted as soon as a question is added or comes back', async () => {
    const exhausted = async () =>
      (await readSupplyProfile(db, '1')).cells.find((c) => c.topic === 'streaming' && c.level === 2)
        ?.exhausted;
    const remember = async () => {
      const found = (await readSupplyProfile(db, '1')).cells.find(
        (c) => c.topic === 'streaming' && c.level === 2,
      );
      if (found) await rememberRemaining(db, '1', found, []);
    };
    expect(await exhausted()).to.equal(false);
    await remember();
    expect(await exhausted()).to.equal(true);
    await db.sql(`UPDATE questions SET status = 'retired' WHERE id = 'streaming-2-1'`);
    expect(await exhausted()).to.equal(true);
    await db.sql(`UPDATE questions SET status = 'active' WHERE id = 'streaming-2-1'`);
    expect(await exhausted()).to.equal(false);
    await remember();
    await addQuestions(db, { ...cell, count: 1, prefix: 'new' });
    expect(await exhausted()).to.equal(false);
  });

  it('finds a question again whose choice was withdrawn, though its cell was exhausted meanwhile', async () => {
    await db.sql(`UPDATE questions SET status = 'retired' WHERE id <> 'streaming-2-1'`);
    const [delivery] = await db.sql<{ id: string }>(
      `INSERT INTO user_questions (user_id, kind, slot_at, local_date, expires_at)
       VALUES (1, 'daily', '2026-03-10T10:00Z', '2026-03-10', '2026-03-10T23:59Z') RETURNING id`,
    );
    const [question] = await findUnseen(db, '1', cell, 0, 20);
    if (delivery === undefined || question === undefined) throw new Error('fixture');
    const choice = { question, order: [0, 1, 2, 3] as const, supply: 'unseen_level' as const, selection: {} };
    await storeChoice(db, delivery, choice);
    const cellNow = async () =>
      (await readSupplyProfile(db, '1')).cells.find(({ topic }) => topic === 'streaming');
    const found = await cellNow();
    if (found) await rememberRemaining(db, '1', found, await unseen());
    expect(await cellNow()).to.include({ exhausted: true });
    await withdrawChoice(db, delivery.id);
    expect(await cellNow()).to.include({ exhausted: false });
    expect(await unseen()).to.deep.equal(['streaming-2-1']);
  });

  describe('in a large cell of which a few are left', () => {
    const large = { level: 3, topic: 'orchestration' } as const;
    const left = [4, 71, 118].map((n) => `orchestration-3-${n}`);
    beforeEach(async () => {
      await addQuestions(db, { ...large, count: 120 });
      await db.sql(
        `INSERT INTO user_questions (user_id, question_id, question_version, kind, slot_at, local_date, expires_at, state,
           option_order, level, sent_at, latest)
         SELECT 1, id, version, 'practice', now(), '2026-01-01', now(), 'sent', '{0,1,2,3}', level, now(), true
         FROM questions WHERE topic = 'orchestration' AND id <> ALL ($1)`,
        [left],
      );
    });

    const cellOf = async (topic = 'orchestration') => {
      const found = (await readSupplyProfile(db, '1')).cells.find((each) => each.topic === topic);
      if (found === undefined) throw new Error(`no questions about ${topic}`);
      return found;
    };
    const idsFrom = async (startKey: number) =>
      (await findUnseen(db, '1', await cellOf(), startKey, 20)).map(({ questionId }) => questionId);
    const remember = async () => rememberRemaining(db, '1', await cellOf(), await idsFrom(0));

    it('remembers them, and finds the same ones in the same order without looking at the others', async () => {
      const starts = [0, 0.2, 0.4, 0.6, 0.8];
      const before: string[][] = [];
      for (const start of starts) before.push(await idsFrom(start));
      await remember();
      expect(await cellOf()).to.deep.include({ exhausted: false });
      expect([...((await cellOf()).remaining ?? [])].sort()).to.deep.equal([...left].sort());
      const after: string[][] = [];
      for (const start of starts) after.push(await idsFrom(start));
      expect(after).to.deep.equal(before);

      const cell = await cellOf();
      const looks = await db.transaction(async (tx) => {
        const count = async () =>
          (
            await tx.sql<{ scans: number }>(
              `SELECT idx_scan::int AS scans FROM pg_stat_xact_user_tables WHERE relname = 'user_questions'`,
            )
          )[0]?.scans ?? 0;
        const scansBefore = await count();
        await findUnseen(tx, '1', cell, 0.5, 20);
        return (await count()) - scansBefore;
      });
      expect(looks).to.be.at.most(3);
    });

    it('leaves out what was seen or withdrawn since', async () => {
      await remember();
      await addSentDaily(db, { userId: 1, questionId: left[0] ?? '', localDate: '2026-03-10' });
      await db.sql(`UPDATE questions SET status = 'quarantined' WHERE id = $1`, [left[1]]);
      expect(await idsFrom(0)).to.deep.equal([left[2]]);
    });

    it('forgets them when a question comes to the cell, and when one of it was not shown after all', async () => {
      await remember();
      await addQuestions(db, { ...large, count: 1, prefix: 'fresh' });
      expect((await cellOf()).remaining).to.equal(null);
      expect(await idsFrom(0))
        .to.have.length(4)
        .and.to.include('fresh-1');

      await remember();
      const [chosen] = await db.sql<{ id: string }>(
        `INSERT INTO user_questions (user_id, question_id, question_version, kind, slot_at, local_date, expires_at,
           option_order, level, latest)
         VALUES (1, $1, 1, 'daily', now(), '2026-03-10', now(), '{0,1,2,3}', 3, true) RETURNING id`,
        [left[0]],
      );
      await rememberRemaining(db, '1', await cellOf(), []);
      expect((await cellOf()).exhausted).to.equal(true);
      await db.sql(`UPDATE user_questions SET state = 'expired' WHERE id = $1`, [chosen?.id]);
      expect(await cellOf()).to.deep.include({ exhausted: false, remaining: null });
    });

    it('remembers nothing of a small cell but that it is exhausted', async () => {
      await rememberRemaining(db, '1', await cellOf('streaming'), ['streaming-2-1']);
      expect(await cellOf('streaming')).to.deep.include({ exhausted: false, remaining: null });
      await rememberRemaining(db, '1', await cellOf('streaming'), []);
      expect(await cellOf('streaming')).to.deep.include({ exhausted: true, remaining: null });
    });
  });

  it('knows what was seen longest ago, also after many rounds of repeats', async () => {
    const show = async (n: number, day: number) => {
      const localDate = new Date(Date.UTC(2026, 2, day)).toISOString().slice(0, 10);
      const [row] = await db.sql<{ id: string }>(
        `INSERT INTO user_questions (user_id, kind, slot_at, local_date, expires_at)
         VALUES (1, 'daily', $1::date, $1::date, $1::date + 1) RETURNING id`,
        [localDate],
      );
      const question = {
        questionId: `streaming-2-${n}`,
        version: 1,
        level: 2,
        topic: 'streaming',
        difficulty: 0,
      } as const;
      await storeChoice(
        db,
        { id: row?.id ?? '' },
        { question, order: [0, 1, 2, 3], supply: 'seen_longest_ago', selection: {} },
      );
      await db.sql(`UPDATE user_questions SET state = 'sent', sent_at = slot_at WHERE id = $1`, [row?.id]);
    };
    for (const n of [3, 1, 2]) await show(n, n === 3 ? 1 : n + 1);
    for (let day = 10; day < 40; day++) {
      const oldest = await findSeenLongestAgo(db, '1', null);
      expect(oldest?.questionId).to.equal(`streaming-2-${[3, 1, 2][(day - 10) % 3]}`);
      await show(Number(oldest?.questionId.at(-1)), day);
    }
  });

  it('loads a bank: adds, keeps, makes versions, retires, and does not overwrite what review fixed', async () => {
    const question = (n: number, text: string): BankQuestionRow => ({
      id: `bank-${n}`,
      level: 1,
      topic: 'streaming',
      text,
      options: ['a', 'b', 'c', 'd'],
      correctIndex: 0,
      explanation: 'e',
      reference: 'r',
      difficultyIndex: 2,
      contentHash: text,
    });
    await db.sql(`DELETE FROM questions`);
    const bank = makeBankStore(db);
    const first = [question(1, 'one'), question(2, 'two'), question(3, 'three')];
    expect((await bank.load(first)).added).to.deep.equal(['bank-1', 'bank-2', 'bank-3']);
    expect(await bank.load(first)).to.deep.equal({
      added: [],
      updated: [],
      unchanged: ['bank-1', 'bank-2', 'bank-3'],
      retired: [],
      kept: [],
    });
    await db.sql(
      `UPDATE questions SET version = 2, question_text = 'fixed', content_hash = 'f', reviewed_at = now() WHERE id = 'bank-2'`,
    );
    const second = [question(1, 'one, better'), question(2, 'two, other')];
    expect(await bank.load(second)).to.deep.equal({
      added: [],
      updated: ['bank-1'],
      unchanged: [],
      retired: ['bank-3'],
      kept: ['bank-2'],
    });
    const rows = await db.sql(`SELECT id, version, question_text AS text, status FROM questions ORDER BY id`);
    expect(rows).to.deep.equal([
      { id: 'bank-1', version: 2, text: 'one, better', status: 'active' },
      { id: 'bank-2', version: 2, text: 'fixed', status: 'active' },
      { id: 'bank-3', version: 1, text: 'three', status: 'retired' },
    ]);
    expect((await bank.load(first)).updated).to.deep.equal(['bank-1', 'bank-3']);
    const caughtUp = [
      question(1, 'one'),
      { ...question(2, 'fixed'), contentHash: 'f' },
      question(3, 'three'),
    ];
    expect((await bank.load(caughtUp)).unchanged).to.deep.equal(['bank-1', 'bank-2', 'bank-3']);
    expect((await bank.load(first)).updated).to.deep.equal(['bank-2']);
  });
});
