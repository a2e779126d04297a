import type { Database } from './database.ts';

/** Work that has not moved on for a while, found in PostgreSQL alone; enqueueing any of it again is safe. */
export interface ReconcilerStore {
  /** Updates `received` or `applied` for longer than `staleMs`; each is handed out once per `staleMs`. */
  stuckUpdates(options: {
    now: Date;
    staleMs: number;
    limit: number;
  }): Promise<{ seq: string; botId: string; updateId: string; job: 'answer.grade' | 'command.run' }[]>;
  /** Deliveries still `pending` that long after they were decided; each is handed out once per `staleMs`. */
  stuckDeliveries(options: { now: Date; staleMs: number; limit: number }): Promise<string[]>;
  /**
   * Deliveries whose time is over at `now` (they have to be expired) and those expired whose learner was not told,
   * but for those whose expiry is among the dead letters: no state of theirs says so. Each is handed out once per
   * `staleMs`.
   */
  dueExpiries(options: { now: Date; staleMs: number; limit: number }): Promise<string[]>;
}

const isNotBuried = `NOT EXISTS (
  SELECT FROM dead_letters WHERE job_id = 'expire-' || d.id AND redriven_at IS NULL)`;

export function makeReconcilerStore(database: Database): ReconcilerStore {
  const db = database.scoped('reconciler');
  return {
    stuckUpdates: ({ now, staleMs, limit }) =>
      db.sql(
        `UPDATE telegram_updates SET nudged_at = $1
         WHERE seq IN (
           SELECT seq FROM telegram_updates
           WHERE status IN ('received', 'applied') AND received_at <= $2 AND (nudged_at IS NULL OR nudged_at <= $2)
           ORDER BY received_at LIMIT $3 FOR UPDATE SKIP LOCKED)
         RETURNING seq, bot_id AS "botId", update_id AS "updateId", job`,
        [now, new Date(now.getTime() - staleMs), limit],
      ),

    stuckDeliveries: async ({ now, staleMs, limit }) => {
      const rows = await db.sql<{ id: string }>(
        `UPDATE user_questions SET nudged_at = $1
         WHERE id IN (
           SELECT id FROM user_questions
           WHERE state = 'pending' AND created_at <= $2 AND (nudged_at IS NULL OR nudged_at <= $2)
           ORDER BY slot_at LIMIT $3 FOR UPDATE SKIP LOCKED)
         RETURNING id`,
        [now, new Date(now.getTime() - staleMs), limit],
      );
      return rows.map((row) => row.id);
    },

    dueExpiries: async ({ now, staleMs, limit }) => {
      const stale = new Date(now.getTime() - staleMs);
      const rows = await db.sql<{ id: string }>(
        `WITH over AS (
           SELECT id FROM user_questions d
           WHERE state IN ('pending', 'sent') AND expires_at <= $1
             AND (nudged_at IS NULL OR nudged_at <= $2 OR nudged_at < expires_at) AND ${isNotBuried}
           ORDER BY expires_at LIMIT $3 FOR UPDATE SKIP LOCKED
         ), untold AS (
           SELECT id FROM user_questions d
           WHERE state = 'expired' AND telegram_message_id IS NOT NULL AND feedback_delivered_at IS NULL
             AND (nudged_at IS NULL OR nudged_at <= $2) AND ${isNotBuried}
           ORDER BY expired_at LIMIT $3 FOR UPDATE SKIP LOCKED
         )
         UPDATE user_questions SET nudged_at = $1 WHERE id IN (SELECT id FROM over UNION ALL SELECT id FROM untold)
         RETURNING id`,
        [now, stale, limit],
      );
      return rows.map((row) => row.id);
    },
  };
}
