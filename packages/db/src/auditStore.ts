import type { Database } from './database.ts';

/** Logs an action of an operator; the log only grows. */
export async function writeAudit(
  db: Pick<Database, 'sql'>,
  entry: { actor: string; action: string; subject: string; details?: object },
): Promise<void> {
  await db.sql('INSERT INTO audit_log (actor, action, subject, details) VALUES ($1, $2, $3, $4)', [
    entry.actor,
    entry.action,
    entry.subject,
    JSON.stringify(entry.details ?? {}),
  ]);
}
