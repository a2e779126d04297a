import type { Database } from './database.ts';

/** What a retention run took away, in rows. */
export interface Removed {
  readonly updates: number;
  readonly rejectedQuestions: number;
  readonly modelCalls: number;
  /** Chats of nobody we know, once Telegram takes messages there again. */
  readonly quietChats: number;
}

const DAY_MS = 24 * 3_600_000;

/** How long rows are kept. Raw updates hold what people wrote; the others are for operators to look into. */
const KEPT_MS = { updates: 7 * DAY_MS, rejectedQuestions: 90 * DAY_MS, modelCalls: 30 * DAY_MS };

/** Rows of one statement: short locks, however much there is. */
const BATCH = 5_000;

/**
 * Deletes what has been kept long enough at `now`: updates that have been handled, quarantined or given up (never those
 * that still wait to be handled), refused output of models, and the accounts of calls to them. Safe to repeat and to
 * interrupt.
 */
export async function removeExpired(database: Database, now: Date): Promise<Removed> {
  const db = database.scoped('retention');
  const before = (ms: number): Date => new Date(now.getTime() - ms);

  async function removeAll(statement: string, cutoff: Date): Promise<number> {
    let removed = 0;
    for (;;) {
      const [row] = await db.sql<{ count: number }>(
        `WITH gone AS (${statement} RETURNING 1) SELECT count(*)::int AS count FROM gone`,
        [cutoff, BATCH],
      );
      const count = row?.count ?? 0;
      removed += count;
      if (count < BATCH) return removed;
    }
  }

  return {
    updates: await removeAll(
      `DELETE FROM telegram_updates WHERE seq IN (
         SELECT seq FROM telegram_updates
         WHERE received_at < $1 AND status IN ('done', 'quarantined', 'dead') ORDER BY seq LIMIT $2)`,
      before(KEPT_MS.updates),
    ),
    rejectedQuestions: await removeAll(
      `DELETE FROM rejected_questions WHERE id IN (
         SELECT id FROM rejected_questions WHERE created_at < $1 ORDER BY id LIMIT $2)`,
      before(KEPT_MS.rejectedQuestions),
    ),
    modelCalls: await removeAll(
      `DELETE FROM llm_calls WHERE id IN (
         SELECT id FROM llm_calls WHERE created_at < $1 ORDER BY created_at LIMIT $2)`,
      before(KEPT_MS.modelCalls),
    ),
    quietChats: await removeAll(
      `DELETE FROM quiet_chats WHERE user_id IN (SELECT user_id FROM quiet_chats WHERE until < $1 LIMIT $2)`,
      now,
    ),
  };
}
