import type { Database } from './database.ts';

/**
 * Skips the next `gap` numbers of every identity, in a database that was set back in time: numbers that were given out
 * after that time are out there, in buttons and in jobs, and must not come to mean something else.
 */
export async function skipIdentities(db: Pick<Database, 'sql'>, gap: number): Promise<void> {
  await db.sql(
    `SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, coalesce(last_value, 0) + $1)
     FROM pg_sequences WHERE schemaname = 'public'`,
    [gap],
  );
}
