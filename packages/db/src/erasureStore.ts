import type { Database, Transaction } from './database.ts';
import { lockLearner } from './mailboxStore.ts';
import type { Pseudonyms } from './pseudonym.ts';

/** An entry of the ledger of erasures; it names nobody. */
export interface Erasure {
  readonly hash: string;
  /** ISO 8601, to the millisecond. With the hash it tells one erasure from every other. */
  readonly erasedAt: string;
  readonly saltId: string;
}

export interface ErasureStore {
  /** Erases a learner in one transaction; null when nothing is known of them. `actor`: who had it done. */
  erase(userId: string, actor: string): Promise<Erasure | null>;
  /** Whole ledger, oldest first. */
  ledger(): Promise<Erasure[]>;
  /** When this learner was erased, oldest first; empty when never, with the salt of the store. */
  erasuresOf(userId: string): Promise<Date[]>;
  /**
   * Erases whom `entries` name and this database does not know to be erased, as after a restore; returns how many
   * learners that were. Entries of another salt cannot be told apart from strangers: they are refused with an error.
   */
  replay(entries: readonly Erasure[], actor: string): Promise<number>;
}

const ledgerColumns = `hash, to_char(erased_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "erasedAt",
  salt_id AS "saltId"`;

export function makeErasureStore(database: Database, pseudonyms: Pseudonyms): ErasureStore {
  const db = database.scoped('erasures');

  const ledger: ErasureStore['ledger'] = () =>
    db.sql<Erasure>(`SELECT ${ledgerColumns} FROM erasures ORDER BY erased_at, hash`);

  return {
    ledger,
    erase: (userId, actor) => db.transaction((tx) => eraseLearner(tx, userId, pseudonyms, actor)),

    async erasuresOf(userId) {
      const rows = await db.sql<{ at: Date }>(
        'SELECT erased_at AS at FROM erasures WHERE hash = $1 ORDER BY erased_at',
        [pseudonyms.of(userId)],
      );
      return rows.map((row) => row.at);
    },

    async replay(entries, actor) {
      if (entries.some(({ saltId }) => saltId !== pseudonyms.saltId))
        throw new Error('the ledger of erasures was written with another salt');
      const done = new Set((await ledger()).map(keyOf));
      const missing = entries.filter((entry) => !done.has(keyOf(entry)));
      const hashes = new Set(missing.map(({ hash }) => hash));
      let erased = 0;
      for (const userId of hashes.size === 0 ? [] : await everybody(db)) {
        if (!hashes.has(pseudonyms.of(userId))) continue;
        const gone = await db.transaction((tx) => eraseLearner(tx, userId, pseudonyms, actor));
        if (gone !== null) erased += 1;
      }
      for (const entry of missing) await note(db, entry);
      return erased;
    },
  };
}

/**
 * Erases a learner inside a transaction of the caller's, which may hold the learner's lock already: their row, all that
 * belongs to it, their updates, and dead letters about them; their id in the audit log gives way to its hash. Handlers
 * that are at work for them wait, and find nothing afterwards. Null when nothing is known of them.
 */
export async function eraseLearner(
  tx: Transaction,
  userId: string,
  pseudonyms: Pseudonyms,
  actor: string,
): Promise<Erasure | null> {
  const updates = await lockAll(tx, userId);
  await tx.sql(
    `DELETE FROM dead_letters
     WHERE payload->>'userId' = $1::text OR payload->>'updateSeq' = ANY ($2::text[])
       OR payload->>'deliveryId' IN (SELECT id::text FROM user_questions WHERE user_id = $1::bigint)
       OR payload->>'answerId' IN (SELECT id::text FROM user_answers WHERE user_id = $1::bigint)`,
    [userId, updates],
  );
  await tx.sql('DELETE FROM telegram_updates WHERE seq = ANY ($1::bigint[])', [updates]);
  const [gone] = await tx.sql<{ known: boolean }>(
    `WITH learner AS (DELETE FROM users WHERE user_id = $1 RETURNING user_id),
          quiet AS (DELETE FROM quiet_chats WHERE user_id = $1 RETURNING user_id)
     SELECT EXISTS (TABLE learner) OR EXISTS (TABLE quiet) AS known`,
    [userId],
  );
  if (gone?.known !== true && updates.length === 0) return null;

  const hash = pseudonyms.of(userId);
  await tx.sql('SELECT pseudonymise_audit($1, $2)', [userId, hash]);
  await tx.sql(`INSERT INTO audit_log (actor, action, subject) VALUES ($1, 'user.delete', $2)`, [
    actor,
    `erased:${hash}`,
  ]);
  const [entry] = await tx.sql<Erasure>(
    `INSERT INTO erasures (hash, erased_at, salt_id) VALUES ($1, clock_timestamp(), $2) RETURNING ${ledgerColumns}`,
    [hash, pseudonyms.saltId],
  );
  if (entry === undefined) throw new Error('the erasure was not stored');
  return entry;
}

/** Locks all that handlers would lock, in their order; returns the `seq` of every update of this person. */
async function lockAll(tx: Transaction, userId: string): Promise<string[]> {
  const known = await lockLearner(tx, userId);
  // One that came without a sender we know how to read is nobody's by its row, and may name them all the same.
  const rows = await tx.sql<{ seq: string }>(
    `SELECT seq FROM telegram_updates WHERE seq IN (
       SELECT seq FROM telegram_updates WHERE user_id = $1::bigint AND status IN ('done', 'quarantined', 'dead')
       UNION ALL
       SELECT seq FROM telegram_updates WHERE user_id = $1::bigint AND status = 'received'
       UNION ALL
       SELECT seq FROM telegram_updates WHERE user_id = $1::bigint AND status = 'applied'
       UNION ALL
       SELECT seq FROM telegram_updates WHERE user_id IS NULL AND status = 'quarantined'
         AND payload::text ~ ('\\m' || $1::text || '\\M'))
     ORDER BY seq FOR UPDATE`,
    [userId],
  );
  // Whoever held an update of a stranger's may have made a learner of them.
  if (known === null) await lockLearner(tx, userId);
  return rows.map((row) => row.seq);
}

/** Everybody of whom anything is known. */
async function everybody(db: Pick<Database, 'sql'>): Promise<string[]> {
  const rows = await db.sql<{ userId: string }>(
    `SELECT user_id AS "userId" FROM users
     UNION SELECT user_id FROM telegram_updates WHERE user_id IS NOT NULL
     UNION SELECT user_id FROM quiet_chats
     UNION SELECT named[1]::bigint FROM telegram_updates, regexp_matches(payload::text, '"id"\\s*:\\s*(\\d{1,18})\\M', 'g') AS named
       WHERE user_id IS NULL AND status = 'quarantined'`,
  );
  return rows.map((row) => row.userId);
}

async function note(db: Pick<Database, 'sql'>, { hash, erasedAt, saltId }: Erasure): Promise<void> {
  await db.sql(
    'INSERT INTO erasures (hash, erased_at, salt_id) VALUES ($1, $2, $3) ON CONFLICT (hash, erased_at) DO NOTHING',
    [hash, erasedAt, saltId],
  );
}

function keyOf({ hash, erasedAt }: Erasure): string {
  return `${hash} ${erasedAt}`;
}
