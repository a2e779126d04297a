import type { ReportReason } from '@rung/domain';
import type { Sql, Transaction } from './database.ts';

/** Open reports of one version, each by another learner, from which on nobody is shown the question any more. */
const QUARANTINE_AFTER = 3;

/**
 * What came of a report: `not_theirs` for a delivery that is not the learner's or shows nothing, `already` when the
 * learner had reported this version before, `quarantined` when this report was the one that took the question away.
 */
export type ReportOutcome = 'not_theirs' | 'already' | 'stored' | 'quarantined';

/**
 * Stores a learner's report of the version that a delivery showed, and quarantines the question at once when that
 * is enough. Only reports of the version that is current count: an older one has been changed since. The learner's
 * row is locked already.
 */
export async function createReport(
  tx: Transaction,
  report: { userId: string; deliveryId: string; reason: ReportReason; at: Date },
): Promise<ReportOutcome> {
  const [shown] = await tx.sql<{ questionId: string; version: number }>(
    `SELECT question_id AS "questionId", question_version AS version FROM user_questions
     WHERE id = $1 AND user_id = $2 AND question_id IS NOT NULL`,
    [report.deliveryId, report.userId],
  );
  if (shown === undefined) return 'not_theirs';
  // Two reports at once must see each other: the later one waits here, and counts both.
  await tx.sql('SELECT FROM questions WHERE id = $1 FOR NO KEY UPDATE', [shown.questionId]);
  const stored = await tx.sql(
    `INSERT INTO question_reports (user_id, question_id, question_version, user_question_id, reason, created_at)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (user_id, question_id, question_version) DO NOTHING RETURNING id`,
    [report.userId, shown.questionId, shown.version, report.deliveryId, report.reason, report.at],
  );
  if (stored.length === 0) return 'already';
  const quarantined = await tx.sql(
    `UPDATE questions q SET status = 'quarantined', updated_at = clock_timestamp()
     WHERE id = $1 AND status = 'active' AND $2 <= (
       SELECT count(DISTINCT r.user_id) FROM question_reports r
       WHERE r.question_id = q.id AND r.question_version = q.version AND r.status = 'open')
     RETURNING id`,
    [shown.questionId, QUARANTINE_AFTER],
  );
  return quarantined.length === 0 ? 'stored' : 'quarantined';
}

/** The question that the learner was shown last, for a report without a button; null when there was none. */
export async function findLatestShown(
  tx: Pick<Transaction, 'sql'>,
  userId: string,
): Promise<{ deliveryId: string; text: string } | null> {
  const [latest] = await tx.sql<{ deliveryId: string; text: string }>(
    `SELECT d.id AS "deliveryId", v.question_text AS text FROM user_questions d
     JOIN question_versions v ON v.question_id = d.question_id AND v.version = d.question_version
     WHERE d.user_id = $1 AND (d.sent_at IS NOT NULL OR d.unsettled_sends > 0)
     ORDER BY d.slot_at DESC LIMIT 1`,
    [userId],
  );
  return latest ?? null;
}

/** Closes what is open of a question's reports; returns how many there were. */
export async function closeReports(
  sql: Sql,
  questionId: string,
  resolution: 'kept' | 'fixed' | 'retired',
  now: Date,
): Promise<number> {
  const closed = await sql(
    `UPDATE question_reports SET status = $2, resolved_at = $3 WHERE question_id = $1 AND status = 'open'
     RETURNING id`,
    [questionId, resolution, now],
  );
  return closed.length;
}
