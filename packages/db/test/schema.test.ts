import { expect } from 'chai';
import { createDatabase, type TestDatabase } from '../../../tests/harness/database.ts';
import { connectDatabase, type Database, migrate, revert } from '../src/index.ts';

describe('the schema', () => {
  let test: TestDatabase;
  let db: Database;

  before(async () => {
    test = await createDatabase();
    await migrate({ url: test.url });
    db = await connectDatabase({ url: test.url, poolSize: 2 });
  });
  after(async () => {
    await db?.close();
    await test?.drop();
  });

  it('is what the entities say, column by column', async () => {
    for (const entity of db.manager.dataSource.entityMetadatas) {
      const rows = await db.sql<{ column_name: string; is_nullable: string }>(
        'SELECT column_name, is_nullable FROM information_schema.columns WHERE table_name = $1',
        [entity.tableName],
      );
      const real = new Map(rows.map((row) => [row.column_name, row.is_nullable === 'YES']));
      const mapped = new Map(entity.columns.map((column) => [column.databaseName, column.isNullable]));
      expect(Object.fromEntries(mapped), entity.tableName).to.deep.equal(Object.fromEntries(real));
    }
  });

  it('can be taken back one by one and put up again', async () => {
    const other = await createDatabase();
    try {
      const up = await migrate({ url: other.url });
      let left = up;
      while (left.length > 0) left = await revert({ url: other.url });
      expect(await migrate({ url: other.url })).to.deep.equal(up);
    } finally {
      await other.drop();
    }
  });

  it('finds by an index whatever goes with a learner, a delivery or an answer', async () => {
    const unsupported = await db.sql(
      `SELECT c.conrelid::regclass::text AS "table", pg_get_constraintdef(c.oid) AS constraint
       FROM pg_constraint c
       WHERE c.contype = 'f' AND c.confrelid IN ('users'::regclass, 'user_questions'::regclass, 'user_answers'::regclass)
         AND NOT EXISTS (SELECT FROM pg_index i
           WHERE i.indrelid = c.conrelid AND i.indpred IS NULL AND i.indkey[0] = c.conkey[1])`,
    );
    expect(unsupported).to.deep.equal([]);
  });

  const question = (options: string) =>
    `INSERT INTO questions (id, question_text, options, correct_index, explanation, level, topic, difficulty_index,
       content_hash) VALUES ('x-' || random(), 'q', ${options}, 0, 'e', 1, 'streaming', 2, 'h')`;

  for (const [what, options] of [
    ['three options', `'["a","b","c"]'`],
    ['five options', `'["a","b","c","d","e"]'`],
    ['two equal options', `'["a","b","c","a"]'`],
    ['an option that is no string', `'["a","b","c",4]'`],
    ['an option that is null', `'["a","b","c",null]'`],
    ['options that are no list', `'{"a":1}'`],
    ['a JSON null', `'null'`],
    ['no options', 'NULL'],
  ] as const) {
    it(`refuses a question with ${what}`, async () => {
      const refused = await db.sql(question(options)).then(
        () => false,
        () => true,
      );
      expect(refused).to.equal(true);
    });
  }

  it('keeps every version of a question and refuses changed content under an old number', async () => {
    await db.sql(
      `INSERT INTO questions (id, question_text, options, correct_index, explanation, level, topic, difficulty_index,
         content_hash) VALUES ('v-1', 'old', '["a","b","c","d"]', 0, 'e', 1, 'streaming', 2, 'h1')`,
    );
    await db.sql(
      `UPDATE questions SET version = 2, question_text = 'new', content_hash = 'h2' WHERE id = 'v-1'`,
    );
    const versions = await db.sql(
      `SELECT version, question_text AS text FROM question_versions WHERE question_id = 'v-1' ORDER BY version`,
    );
    expect(versions).to.deep.equal([
      { version: 1, text: 'old' },
      { version: 2, text: 'new' },
    ]);
    const silent = db.sql(`UPDATE questions SET question_text = 'sly' WHERE id = 'v-1'`);
    expect(await silent.catch((error: Error) => error.message)).to.contain('without a new version');
  });

  it('lets histories grow only, and go only with their learner', async () => {
    await db.sql(`INSERT INTO audit_log (actor, action, subject) VALUES ('op', 'test', 'x')`);
    for (const statement of [`UPDATE audit_log SET actor = 'y'`, 'DELETE FROM audit_log']) {
      expect(await db.sql(statement).catch((error: Error) => error.message)).to.contain('only grows');
    }
    await db.sql(`INSERT INTO users (user_id, bot_id, next_delivery_at) VALUES (77, 1, now())`);
    const [delivery] = await db.sql<{ id: string }>(
      `INSERT INTO user_questions (user_id, kind, slot_at, local_date, expires_at)
       VALUES (77, 'daily', now(), '2026-01-01', now()) RETURNING id`,
    );
    await db.sql(
      `INSERT INTO streak_history (user_id, user_question_id, local_date, change, reason, streak_before, streak_after,
         level_before, level_after, created_at) VALUES (77, $1, '2026-01-01', 'reset', 'day_missed', 1, 0, 2, 2, now())`,
      [delivery?.id],
    );
    await db.sql('DELETE FROM users WHERE user_id = 77');
    expect(await db.sql('SELECT FROM streak_history WHERE user_id = 77')).to.have.length(0);
  });
});
