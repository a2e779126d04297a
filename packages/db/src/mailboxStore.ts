import type { Database, Transaction } from './database.ts';
import { type Learner, learnerColumns } from './entities/learner.ts';

/** One update of a learner's mailbox. `outcome` is what its effect left to be said, once it is applied. */
export interface MailboxUpdate {
  readonly seq: string;
  readonly userId: string;
  readonly botId: string;
  readonly updateId: string;
  readonly job: 'answer.grade' | 'command.run';
  readonly payload: unknown;
  readonly receivedAt: Date;
  readonly status: 'received' | 'applied' | 'done' | 'quarantined' | 'dead';
  readonly outcome: unknown;
}

/** What `takeUpTo` did: an update whose effect is committed, now or earlier, and still has to be told; or nothing. */
export type Taken = { update: MailboxUpdate; learner: Learner | null } | null;

export interface MailboxStore {
  find(seq: string): Promise<MailboxUpdate | null>;
  /**
   * In one transaction: locks the learner, takes their oldest `received` update with `seq <= upTo`, lets `apply`
   * decide and write its effect, stores the outcome that it returns and marks the update `applied`. Null when
   * nothing was left to take. Whatever `apply` throws rolls all of it back.
   */
  takeUpTo(
    owner: { userId: string; upTo: string },
    apply: (tx: Transaction, learner: Learner | null, update: MailboxUpdate) => Promise<unknown>,
  ): Promise<Taken>;
  /** `seq` of the newest update still `received` that came before `instant`; null when there is none. */
  newestReceivedBefore(userId: string, instant: Date): Promise<string | null>;
  /** Marks an applied update as told to Telegram; a second call changes nothing. */
  markDone(seq: string): Promise<void>;
}

const columns = `t.seq, t.user_id AS "userId", t.bot_id AS "botId", t.update_id AS "updateId", t.job, t.payload,
  t.received_at AS "receivedAt", t.status, t.outcome`;

/** Locks a learner's row until the transaction ends and returns it; null for somebody who never sent /start. */
export async function lockLearner(tx: Transaction, userId: string): Promise<Learner | null> {
  const [learner] = await tx.sql<Learner>(
    `SELECT ${learnerColumns} FROM users u WHERE u.user_id = $1 FOR NO KEY UPDATE`,
    [userId],
  );
  return learner ?? null;
}

export function makeMailboxStore(database: Database): MailboxStore {
  const db = database.scoped('mailbox');
  return {
    async find(seq) {
      const [update] = await db.sql<MailboxUpdate>(
        `SELECT ${columns} FROM telegram_updates t WHERE t.seq = $1`,
        [seq],
      );
      return update ?? null;
    },

    takeUpTo: ({ userId, upTo }, apply) =>
      db.transaction(async (tx) => {
        const known = await lockLearner(tx, userId);
        // The row lock serves those who are no learners yet: two handlers cannot both take one /start.
        const [update] = await tx.sql<MailboxUpdate>(
          `SELECT ${columns} FROM telegram_updates t
           WHERE t.user_id = $1 AND t.status = 'received' AND t.seq <= $2
           ORDER BY t.seq LIMIT 1 FOR UPDATE`,
          [userId, upTo],
        );
        if (update === undefined) return null;
        // Whoever waited for that lock may find that the /start before has made a learner of the stranger.
        const learner = known ?? (await lockLearner(tx, userId));
        const outcome = await apply(tx, learner, update);
        await tx.sql(
          `UPDATE telegram_updates SET status = 'applied', applied_at = clock_timestamp(), outcome = $2 WHERE seq = $1`,
          [update.seq, JSON.stringify(outcome)],
        );
        return { update: { ...update, status: 'applied', outcome }, learner };
      }),

    async newestReceivedBefore(userId, instant) {
      const [row] = await db.sql<{ seq: string }>(
        `SELECT max(seq) AS seq FROM telegram_updates WHERE user_id = $1 AND status = 'received' AND received_at < $2`,
        [userId, instant],
      );
      return row?.seq ?? null;
    },

    async markDone(seq) {
      await db.sql(
        `UPDATE telegram_updates SET status = 'done', done_at = clock_timestamp() WHERE seq = $1 AND status = 'applied'`,
        [seq],
      );
    },
  };
}
