import type { Database } from './database.ts';

/** A row of which something is still to be done, in the order of its backlog: `at` and then `id`. */
export interface Waiting {
  readonly id: string;
  /** An instant as PostgreSQL writes it: a JavaScript Date would lose its microseconds, and with them the place. */
  readonly at: string;
}

/** An update that is not done; `id` is its `seq`. */
export interface WaitingUpdate extends Waiting {
  readonly botId: string;
  readonly updateId: string;
}

/** What tells work that stands still from work that has only just come. */
export interface Staleness {
  readonly now: Date;
  /** How long a row must have waited; and, once handed out, how long until it is handed out again. */
  readonly staleMs: number;
}

/** Rows of one kind that have not moved on for a while. Enqueueing any of them again is safe. */
export interface Backlog<Row extends Waiting> {
  /** Up to `limit` rows in order, those after `after`; null for the first ones. Reads only, and by index. */
  page(options: Staleness & { limit: number; after: Waiting | null }): Promise<Row[]>;
  /**
   * Hands these rows out: resolves to the ids of those that were not handed out within `staleMs`, by whomever, and
   * whose row nobody holds at this moment.
   */
  handOut(ids: readonly string[], staleness: Staleness): Promise<Set<string>>;
}

/** Work that has not moved on for a while, found in PostgreSQL alone. */
export interface ReconcilerStore {
  /** Updates `received` or `applied` that a job of this name handles. */
  updates(job: 'answer.grade' | 'command.run'): Backlog<WaitingUpdate>;
  /** Deliveries still `pending` that long after they were decided. */
  readonly deliveries: Backlog<Waiting>;
  /**
   * Deliveries whose time is over at `now`, but for those whose expiry is among the dead letters: no state of theirs
   * says so.
   */
  readonly overdue: Backlog<Waiting>;
  /** Deliveries that have expired and whose learner was not told, with the same exception. */
  readonly untold: Backlog<Waiting>;
}

interface Kind {
  readonly table: 'telegram_updates' | 'user_questions';
  readonly id: string;
  readonly at: string;
  /** What is still to be done. */
  readonly open: string;
  /** The instant at which it should have been under way; it is stale `staleMs` later, or at once when it is `urgent`. */
  readonly since: string;
  readonly urgent: boolean;
  /** The row was not handed out, or not after $2, which is `staleMs` ago. */
  readonly rested: string;
  readonly more?: string;
}

const rested = 'nudged_at IS NULL OR nudged_at <= $2';
const isNotBuried = `NOT EXISTS (
  SELECT FROM dead_letters WHERE job_id = 'expire-' || w.id AND redriven_at IS NULL)`;

const deliveries: Kind = {
  table: 'user_questions',
  id: 'id',
  at: 'slot_at',
  open: `state = 'pending'`,
  since: 'created_at',
  urgent: false,
  rested,
};
const overdue: Kind = {
  table: 'user_questions',
  id: 'id',
  at: 'expires_at',
  open: `state IN ('pending', 'sent') AND ${isNotBuried}`,
  since: 'expires_at',
  urgent: true,
  // What it was handed out for before it expired was something else.
  rested: `${rested} OR nudged_at < expires_at`,
};
const untold: Kind = {
  table: 'user_questions',
  id: 'id',
  at: 'expired_at',
  open: `state = 'expired' AND telegram_message_id IS NOT NULL AND feedback_delivered_at IS NULL AND ${isNotBuried}`,
  since: 'expired_at',
  urgent: true,
  rested,
};
const updates = (job: 'answer.grade' | 'command.run'): Kind => ({
  table: 'telegram_updates',
  id: 'seq',
  at: 'received_at',
  open: `status IN ('received', 'applied') AND job = '${job}'`,
  since: 'received_at',
  urgent: false,
  rested,
  more: ', bot_id AS "botId", update_id AS "updateId"',
});

export function makeReconcilerStore(database: Database): ReconcilerStore {
  const db = database.scoped('reconciler');

  function backlogOf<Row extends Waiting>(kind: Kind): Backlog<Row> {
    const { table, id, at, open, since, urgent, more = '' } = kind;
    return {
      page({ now, staleMs, limit, after }) {
        const stale = new Date(now.getTime() - staleMs);
        return db.sql<Row>(
          `SELECT ${id} AS id, ${at}::text AS at${more} FROM ${table} w
           WHERE ${open} AND ${since} <= $1 AND (${kind.rested})
             AND (${at}, ${id}) > ($3::timestamptz, $4::bigint)
           ORDER BY ${at}, ${id} LIMIT $5`,
          [urgent ? now : stale, stale, after?.at ?? '-infinity', after?.id ?? 0, limit],
        );
      },

      async handOut(ids, { now, staleMs }) {
        if (ids.length === 0) return new Set();
        const rows = await db.sql<{ id: string }>(
          `UPDATE ${table} SET nudged_at = $1
           WHERE ${id} IN (
             SELECT ${id} FROM ${table} WHERE ${id} = ANY ($3) AND (${kind.rested}) FOR UPDATE SKIP LOCKED)
           RETURNING ${id} AS id`,
          [now, new Date(now.getTime() - staleMs), ids],
        );
        return new Set(rows.map((row) => row.id));
      },
    };
  }

  return {
    updates: (job) => backlogOf(updates(job)),
    deliveries: backlogOf(deliveries),
    overdue: backlogOf(overdue),
    untold: backlogOf(untold),
  };
}
