import { expect } from 'chai';
import type { Database } from '../src/index.ts';
import { removeExpired } from '../src/index.ts';
import { openDatabase } from './fixtures.ts';

const NOW = new Date('2026-03-10T08:00:00Z');
const daysAgo = (days: number): Date => new Date(NOW.getTime() - days * 24 * 3_600_000);

describe('retention', () => {
  let db: Database;
  let close: () => Promise<void>;

  before(async () => {
    ({ db, close } = await openDatabase());
  });
  after(() => close());

  const addUpdates = (status: string, days: number, count: number) =>
    db.sql(
      `INSERT INTO telegram_updates (bot_id, update_id, user_id, job, payload, received_at, status)
       SELECT 1, nextval(pg_get_serial_sequence('telegram_updates', 'seq')), 7, 'command.run', '{}', $1, $2
       FROM generate_series(1, $3)`,
      [daysAgo(days), status, count],
    );

  it('takes away what has been kept long enough, and nothing that still waits to be handled', async () => {
    await addUpdates('done', 8, 12_000);
    await addUpdates('quarantined', 8, 1);
    await addUpdates('dead', 8, 1);
    await addUpdates('received', 30, 1);
    await addUpdates('applied', 30, 1);
    await addUpdates('done', 6, 2);
    const tokens = { input: 10, output: 20 };
    for (const days of [91, 89]) {
      await db.sql(
        `INSERT INTO rejected_questions (provider, model, prompt_version, level, topic, reason, detail, output,
           input_tokens, output_tokens, created_at)
         VALUES ('p', 'm', '1', 2, 'streaming', 'schema', '', '', $1, $2, $3)`,
        [tokens.input, tokens.output, daysAgo(days)],
      );
    }
    for (const days of [31, 29])
      await db.sql('INSERT INTO llm_calls (created_at) VALUES ($1)', [daysAgo(days)]);

    for (const days of [1, -1])
      await db.sql('INSERT INTO quiet_chats (user_id, until) VALUES ($1, $2)', [100 + days, daysAgo(days)]);

    expect(await removeExpired(db, NOW)).to.deep.equal({
      updates: 12_002,
      rejectedQuestions: 1,
      modelCalls: 1,
      quietChats: 1,
    });
    const left = await db.sql<{ status: string; count: number }>(
      'SELECT status, count(*)::int AS count FROM telegram_updates GROUP BY 1 ORDER BY 1',
    );
    expect(left).to.deep.equal([
      { status: 'applied', count: 1 },
      { status: 'done', count: 2 },
      { status: 'received', count: 1 },
    ]);
    const nothing = { updates: 0, rejectedQuestions: 0, modelCalls: 0, quietChats: 0 };
    expect(await removeExpired(db, NOW)).to.deep.equal(nothing);
  });
});
