import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BankStore, connectDatabase, type Database, makeBankStore, migrate } from '@rung/db';
import { loadBank, readBank } from '@rung/questions';
import { expect } from 'chai';
import { addLearners, addSentDaily, tap } from '../packages/db/test/fixtures.ts';
import { root } from '../scripts/run.ts';
import { createDatabase, type TestDatabase } from './harness/database.ts';
import { runOps } from './harness/ops.ts';

const ID = 'streaming-2-001';

describe("the operator's commands for questions", function () {
  this.timeout(120_000);
  let template: TestDatabase;
  let test: TestDatabase;
  let db: Database;
  let directory: string;

  before(async () => {
    template = await createDatabase();
    await migrate({ url: template.url });
    const loader = await connectDatabase({ url: template.url, poolSize: 1 });
    await loadBank(await readBank(), makeBankStore(loader) satisfies BankStore);
    await loader.close();
  });
  after(() => template?.drop());
  beforeEach(async () => {
    test = await createDatabase(new URL(template.url).pathname.slice(1));
    db = await connectDatabase({ url: test.url, poolSize: 4 });
    directory = await mkdtemp(join(tmpdir(), 'ops-'));
  });
  afterEach(async () => {
    await db?.close();
    await test?.drop();
    await rm(directory, { recursive: true });
  });

  const ops = (...args: string[]) => runOps(test.url, args);
  type Row = Record<string, unknown> & { id: string; options: string[]; correct_index: number };
  const exported = async (...args: string[]) => {
    const { out } = await ops('questions', 'export', ...args);
    return out
      .trim()
      .split('\n')
      .map((line): Row => JSON.parse(line));
  };
  const question = async () => {
    const [row] = await db.sql<{ version: number; status: string; text: string; correctIndex: number }>(
      `SELECT version, status, question_text AS text, correct_index AS "correctIndex" FROM questions WHERE id = $1`,
      [ID],
    );
    if (row === undefined) throw new Error('fixture');
    return row;
  };

  it('export the fields of the table, and import what they have exported without a change', async () => {
    const rows = await exported();
    expect(rows.length).to.be.at.least(360);
    expect(rows[0]).to.have.all.keys(
      ...[
        'id',
        'version',
        'question_text',
        'options',
        'correct_index',
        'explanation',
        'reference',
        'level',
        'topic',
      ],
      ...['difficulty_index', 'difficulty', 'source', 'status', 'content_hash', 'random_key', 'reviewed_at'],
      ...['created_at', 'updated_at'],
    );
    const lines = rows.map((row) => JSON.stringify(row)).join('\n');
    const { code, out } = await runOps(test.url, ['questions', 'import', '-'], lines);
    expect(out).to.equal(`0 added, 0 updated, ${rows.length} unchanged.\n`);
    expect(code).to.equal(0);
  });

  it('import changed and new questions, which a load of the bank then leaves alone', async () => {
    const [first, second] = await exported();
    if (first === undefined || second === undefined) throw new Error('fixture');
    const changed = { ...first, explanation: 'It is so because of this. It is not so because of that.' };
    const added = {
      ...second,
      id: second.id.replace(/\d{3}$/, '999'),
      question_text: 'Which colour has the sky at noon?',
    };
    const key = { ...second, correct_index: (second.correct_index + 1) % 4 };
    const file = join(directory, 'questions.jsonl');
    await writeFile(file, [changed, added, key].map((row) => JSON.stringify(row)).join('\n'));
    const { code, out } = await ops('questions', 'import', file);
    expect(out).to.contain('1 added, 2 updated, 0 unchanged.');
    expect(out).to.contain(`${second.id} has another key now.`);
    expect(code).to.equal(0);
    const report = await loadBank(await readBank(), makeBankStore(db));
    expect([...report.kept].sort()).to.deep.equal([first.id, second.id].sort());
    expect([report.added, report.updated, report.retired]).to.deep.equal([[], [], []]);
    const audit = await db.sql(`SELECT action, details FROM audit_log`);
    expect(audit).to.deep.equal([
      { action: 'questions.import', details: { added: [added.id], updated: [first.id, second.id] } },
    ]);
  });

  it('import nothing when a line is wrong, and name every fault with its line', async () => {
    const rows = await exported();
    const lines = rows.map((row, i) =>
      JSON.stringify(
        i === 4 ? { ...row, options: row.options.slice(1) } : { ...row, explanation: `${row.explanation} ` },
      ),
    );
    lines[8] = 'nonsense';
    const { code, err } = await runOps(test.url, ['questions', 'import', '-'], lines.join('\n'));
    expect(err).to.contain('-:5 options must be four options');
    expect(err).to.contain('-:9 is not JSON');
    expect(err).to.contain('2 faults: nothing was imported.');
    expect(code).to.equal(1);
    expect(await db.sql('SELECT FROM questions WHERE version > 1')).to.have.length(0);
  });

  it('take a file as an editor of another system saves it, and refuse one in another encoding', async () => {
    const rows = await exported();
    const file = join(directory, 'questions.jsonl');
    await writeFile(file, `\ufeff${rows.map((row) => JSON.stringify(row)).join('\r\n')}\r\n`);
    expect((await ops('questions', 'import', file)).out).to.equal(
      `0 added, 0 updated, ${rows.length} unchanged.\n`,
    );
    await writeFile(file, Buffer.from(JSON.stringify({ ...rows[0], reference: 'Façade' }), 'latin1'));
    const { code, err } = await ops('questions', 'import', file);
    expect(err).to.contain(`${file} is not a text in UTF-8`);
    expect(code).to.equal(1);
  });

  it('say that an import leaves the status of a question as it is', async () => {
    const [first] = await exported();
    const { out } = await runOps(
      test.url,
      ['questions', 'import', '-'],
      JSON.stringify({ ...first, status: 'retired' }),
    );
    expect(out).to.contain(`${first?.id} stays active: keep and retire change that.`);
  });

  it('show the grid and the mechanical checks, and exit 1 when one is red', async () => {
    const good = await ops('questions', 'stats');
    expect(good.out).to.match(/streaming( +1\d){4}\n/);
    expect(good.out.match(/^green {2}\S+/gm)).to.have.length(5);
    expect(good.out).to.not.match(/^red/m);
    expect(good.code).to.equal(0);
    await db.sql(`UPDATE questions SET status = 'retired' WHERE id = $1`, [ID]);
    await db.sql(
      `UPDATE questions SET version = 2, explanation = 'So it is.', content_hash = 'x' WHERE id = 'streaming-2-002'`,
    );
    const bad = await ops('questions', 'stats');
    expect(bad.out).to.match(/red {4}question .*\n +streaming-2-002: the explanation has 1 sentences/);
    expect(bad.code).to.equal(1);
  });

  it('bring what review has fixed back into the files, word for word', async () => {
    const bank = join(root, 'packages/questions/bank');
    const copy = join(directory, 'bank');
    await mkdir(copy);
    for (const name of await readdir(bank)) await copyFile(join(bank, name), join(copy, name));
    await ops('questions', 'fix', ID, '--question', 'A Kafka 3.x topic: "what" is it, and why?');
    expect((await exported('--fixed')).map(({ id }) => id)).to.deep.equal([ID]);
    const { code, out } = await ops('questions', 'export', '--fixed', '--into', copy);
    expect(out).to.equal(`${ID} → ${join(copy, 'streaming.yaml')}\n1 written.\n`);
    expect(code).to.equal(0);
    const [before, after] = await Promise.all([readBank(bank), readBank(copy)]);
    expect(after.find(({ id }) => id === ID)?.text).to.equal('A Kafka 3.x topic: "what" is it, and why?');
    expect(after.filter(({ id }) => id !== ID)).to.deep.equal(before.filter(({ id }) => id !== ID));
    expect((await loadBank(after, makeBankStore(db))).kept).to.deep.equal([]);
    expect(await exported('--fixed').catch(() => [])).to.deep.equal([]);
    expect((await ops('questions', 'export', '--fixed', '--into', copy)).out).to.equal('0 written.\n');
  });

  it('export the files of the bank as they are read', async () => {
    const { out } = await ops('questions', 'export', '--format', 'yaml');
    const copy = join(directory, 'bank');
    await mkdir(copy);
    for (const document of out.split(/^---\n/m).slice(1)) {
      await writeFile(join(copy, `${/topic: (\w+)/.exec(document)?.[1]}.yaml`), document);
    }
    expect(await readBank(copy)).to.deep.equal(await readBank());
  });

  describe('after reports', () => {
    const wrong = (right: number) => ((right + 1) % 4) as 0 | 1 | 2 | 3;

    beforeEach(async () => {
      await addLearners(db, { count: 3 });
      const { correctIndex } = await question();
      for (const userId of [1, 2, 3]) {
        const id = await addSentDaily(db, { userId, questionId: ID, localDate: '2026-03-10' });
        await tap(db, id, userId === 1 ? (correctIndex as 0) : wrong(correctIndex));
        await db.sql(
          `INSERT INTO question_reports (user_id, question_id, question_version, reason, created_at)
           VALUES ($1, $2, 1, 'wrong_key', '2026-03-10T12:00Z')`,
          [userId, ID],
        );
      }
      await db.sql(`UPDATE questions SET status = 'quarantined' WHERE id = $1`, [ID]);
    });

    it('list what waits for review, and show one question with all there is to know', async () => {
      const list = await ops('questions', 'review');
      expect(list.out).to.match(/streaming-2-001 +1 +quarantined +3 +wrong_key 3 +2026-03-10 12:00/);
      const { correctIndex, text } = await question();
      const one = await ops('questions', 'review', ID);
      expect(one.out).to.contain(text);
      expect(one.out).to.match(new RegExp(`→ ${'ABCD'[correctIndex]}  .*\\(chosen: 1\\)`));
      expect(one.out).to.match(new RegExp(`  ${'ABCD'[wrong(correctIndex)]}  .*\\(chosen: 2\\)`));
      expect(one.out).to.contain('First answers: 3, 33.3 % of them correct where 75 % were expected');
      expect((await ops('questions', 'review', 'nobody')).code).to.equal(1);
    });

    it('keep a question that is right', async () => {
      expect((await ops('questions', 'keep', ID)).out).to.equal(`${ID} is active; 3 reports closed.\n`);
      expect((await ops('questions', 'review')).out).to.equal('Nothing waits for review.\n');
      expect((await ops('questions', 'keep', 'nobody')).err).to.contain('There is no question nobody.');
    });

    it('retire a question for good', async () => {
      expect((await ops('questions', 'retire', ID)).out).to.equal(`${ID} is retired; 3 reports closed.\n`);
      expect((await loadBank(await readBank(), makeBankStore(db))).kept).to.deep.equal([ID]);
      expect(await question()).to.deep.include({ status: 'retired' });
    });

    it('fix a wrong key, correct the answers, and do it once', async () => {
      const letter = 'ABCD'[wrong((await question()).correctIndex)] ?? '';
      const fixed = await ops('questions', 'fix', ID, '--answer', letter);
      expect(fixed.out).to.contain(`${ID} is version 2 now.`);
      expect(fixed.out).to.contain('The key of version 1 was wrong: its answers are judged anew.');
      expect(fixed.out).to.contain('3 answers corrected; the learners will be told.');
      expect(fixed.code).to.equal(0);
      expect(await question()).to.deep.include({ version: 2, status: 'active' });
      const totals = () => db.sql('SELECT total_correct_answers AS correct FROM users ORDER BY user_id');
      expect(await totals()).to.deep.equal([{ correct: 0 }, { correct: 1 }, { correct: 1 }]);
      const again = await ops('questions', 'fix', ID, '--answer', letter);
      expect(again.out).to.contain('says this already');
      expect(again.out).to.not.contain('corrected');
      expect(await totals()).to.deep.equal([{ correct: 0 }, { correct: 1 }, { correct: 1 }]);
      expect((await ops('questions', 'review')).out).to.equal('Nothing waits for review.\n');
    });

    it('fix from a file what export has printed, and refuse what nobody could judge', async () => {
      const row = (await exported()).find(({ id }) => id === ID);
      if (row === undefined) throw new Error('fixture');
      const file = join(directory, 'fixed.json');
      const write = (change: object) => writeFile(file, JSON.stringify({ ...row, ...change }, null, 2));
      const right = wrong(row.correct_index);
      await write({ correct_index: right, options: row.options.with(right, 'Something else altogether') });
      const both = await ops('questions', 'fix', ID, '--file', file);
      expect(both.err).to.contain('it changes the key and the words of options at once');
      expect(both.err).to.contain('Nothing was changed.');
      await write({ level: 3, id: 'streaming-3-001' });
      expect((await ops('questions', 'fix', ID, '--file', file)).err).to.contain(
        'the file is about streaming-3-001',
      );
      await write({ explanation: 'Short.' });
      const short = await ops('questions', 'fix', ID, '--file', file);
      expect(short.err).to.contain('the explanation has 1 sentences instead of 2 to 3');
      expect(short.code).to.equal(1);
      expect(await question()).to.deep.include({ version: 1, status: 'quarantined' });
      await write({ options: row.options.toReversed(), correct_index: 3 - right });
      const moved = await ops('questions', 'fix', ID, '--file', file);
      expect(moved.out).to.contain('3 answers corrected');
    });
  });

  it('say how they are used when the words are off', async () => {
    const wrong = [
      ['questions', 'fix', ID],
      ['questions', 'fix', ID, '--answer', 'E'],
      ['questions', 'import'],
      ['questions', 'export', '--into', 'x'],
    ];
    for (const { code, err } of await Promise.all(wrong.map((words) => ops(...words)))) {
      expect(err).to.contain('npm run ops -- <command>');
      expect(code).to.equal(1);
    }
  });

  it('read files that are there', async () => {
    const { code, err } = await ops('questions', 'import', join(directory, 'none.jsonl'));
    expect(err).to.contain('no such file');
    expect(code).to.equal(1);
  });
});
