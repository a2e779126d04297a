import { writeAudit } from './auditStore.ts';
import type { Sql } from './database.ts';
import type { StoredQuestion } from './entities/question.ts';
import { type KeyedVersion, planCorrection } from './keyCorrection.ts';
import { closeReports } from './reportStore.ts';

/** The whole content that a fix gives a question; level and topic stay. */
export interface QuestionFix {
  readonly id: string;
  /** The version that the reviewer saw. */
  readonly version: number;
  readonly text: string;
  readonly options: readonly string[];
  readonly correctIndex: number;
  readonly explanation: string;
  readonly reference: string;
  readonly contentHash: string;
}

/**
 * What a fix did: the new version, and those earlier ones whose key it corrects (none for a fix of words). Or why it
 * changed nothing: `missing`; `outdated`, another version is there by now; `unchanged`; `ambiguous`, it changes the
 * key and the words of options at once.
 */
export type FixOutcome =
  | { readonly kind: 'fixed'; readonly version: number; readonly corrected: readonly number[] }
  | { readonly kind: 'missing' | 'outdated' | 'unchanged' | 'ambiguous' };

/** Does what `ReviewStore.fix` says, inside a transaction. */
export async function fixQuestion(
  sql: Sql,
  fix: QuestionFix,
  { actor, now }: { readonly actor: string; readonly now: Date },
): Promise<FixOutcome> {
  const locked = await lockQuestion(sql, fix.id);
  if (locked === null) return { kind: 'missing' };
  if (locked.version !== fix.version) return { kind: 'outdated' };
  if (locked.contentHash === fix.contentHash) return { kind: 'unchanged' };
  const plan = planCorrection(fix, await readVersions(sql, fix.id));
  if (plan === 'ambiguous') return { kind: 'ambiguous' };
  const version = fix.version + 1;
  await writeVersion(sql, fix, version, now);
  await sql(
    `UPDATE question_versions v SET corrected_by = $2, corrected_index = p."correctedIndex", corrected_at = $3,
       regraded_at = NULL
     FROM json_to_recordset($4) AS p (version integer, "correctedIndex" smallint)
     WHERE v.question_id = $1 AND v.version = p.version`,
    [fix.id, version, now, JSON.stringify(plan)],
  );
  const closed = await closeReports(sql, fix.id, 'fixed', now);
  const corrected = plan.map((one) => one.version);
  const details = { version, corrected, closed };
  await writeAudit({ sql }, { actor, action: 'questions.fix', subject: fix.id, details });
  return { kind: 'fixed', version, corrected };
}

/** Locks a question's row until the transaction ends, against a load of the bank as well; null when there is none. */
export async function lockQuestion(
  sql: Sql,
  id: string,
): Promise<Pick<StoredQuestion, 'version' | 'status' | 'contentHash'> | null> {
  await sql(`SELECT pg_advisory_xact_lock(hashtext('rung.bank'))`);
  const [row] = await sql<Pick<StoredQuestion, 'version' | 'status' | 'contentHash'>>(
    `SELECT version, status, content_hash AS "contentHash" FROM questions WHERE id = $1 FOR NO KEY UPDATE`,
    [id],
  );
  return row ?? null;
}

function readVersions(sql: Sql, id: string): Promise<KeyedVersion[]> {
  return sql<KeyedVersion>(
    `SELECT v.version, v.question_text AS text, v.options,
       coalesce(v.corrected_index, v.correct_index) AS "correctIndex",
       EXISTS (SELECT FROM question_reports r WHERE r.question_id = v.question_id AND r.question_version = v.version
         AND r.status = 'open') AS reported
     FROM question_versions v WHERE v.question_id = $1 ORDER BY v.version`,
    [id],
  );
}

async function writeVersion(sql: Sql, fix: QuestionFix, version: number, now: Date): Promise<void> {
  await sql(
    `UPDATE questions SET version = $2, question_text = $3, options = $4, correct_index = $5, explanation = $6,
       reference = $7, content_hash = $8, reviewed_at = $9, updated_at = $9,
       status = CASE WHEN status = 'quarantined' THEN 'active' ELSE status END
     WHERE id = $1`,
    [
      fix.id,
      version,
      fix.text,
      JSON.stringify(fix.options),
      fix.correctIndex,
      fix.explanation,
      fix.reference,
      fix.contentHash,
      now,
    ],
  );
}
