import type { Database } from './database.ts';

/** A question as a file of the bank has it. */
export interface BankQuestionRow {
  readonly id: string;
  readonly level: number;
  readonly topic: string;
  readonly text: string;
  readonly options: readonly string[];
  readonly correctIndex: number;
  readonly explanation: string;
  readonly reference: string;
  readonly difficultyIndex: number;
  readonly contentHash: string;
}

/** What a load did: ids of questions. `kept` were fixed in review since, and the files say something else. */
export interface BankLoadReport {
  readonly added: string[];
  readonly updated: string[];
  readonly unchanged: string[];
  readonly retired: string[];
  readonly kept: string[];
}

export interface BankStore {
  /**
   * Loads the whole bank in one transaction: new ids are added, changed content becomes a new version of the same
   * id, static questions that the files no longer have are retired, and what was fixed in review stays as it is until
   * the files say the same.
   * Loading the same bank again changes nothing. Two loads at once wait for each other.
   */
  load(questions: readonly BankQuestionRow[]): Promise<BankLoadReport>;
}

interface StoredQuestion {
  id: string;
  contentHash: string;
  status: string;
  reviewed: boolean;
}

export function makeBankStore(database: Database): BankStore {
  const db = database.scoped('bank');
  return {
    load: (questions) =>
      db.transaction(async ({ sql }) => {
        await sql(`SELECT pg_advisory_xact_lock(hashtext('rung.bank'))`);
        const stored = new Map(
          (
            await sql<StoredQuestion>(
              `SELECT id, content_hash AS "contentHash", status, reviewed_at IS NOT NULL AS reviewed
               FROM questions WHERE source = 'static'`,
            )
          ).map((row) => [row.id, row]),
        );
        const report: BankLoadReport = { added: [], updated: [], unchanged: [], retired: [], kept: [] };
        const changed: BankQuestionRow[] = [];
        const caughtUp: string[] = [];
        for (const question of questions) {
          const old = stored.get(question.id);
          stored.delete(question.id);
          if (old === undefined) report.added.push(question.id);
          else if (old.contentHash === question.contentHash && old.status !== 'retired') {
            report.unchanged.push(question.id);
            if (old.reviewed) caughtUp.push(question.id);
            continue;
          } else if (old.reviewed) {
            report.kept.push(question.id);
            continue;
          } else report.updated.push(question.id);
          changed.push(question);
        }
        await sql(
          `INSERT INTO questions (id, question_text, options, correct_index, explanation, reference, level, topic,
             difficulty_index, content_hash)
           SELECT q.id, q.text, q.options, q."correctIndex", q.explanation, q.reference, q.level, q.topic,
             q."difficultyIndex", q."contentHash"
           FROM json_to_recordset($1) AS q (id text, text text, options jsonb, "correctIndex" smallint,
             explanation text, reference text, level smallint, topic text, "difficultyIndex" smallint, "contentHash" text)
           WHERE q.id = ANY ($2)`,
          [JSON.stringify(changed), report.added],
        );
        await sql(
          `UPDATE questions o SET version = o.version + 1, question_text = q.text, options = q.options,
             correct_index = q."correctIndex", explanation = q.explanation, reference = q.reference, level = q.level,
             topic = q.topic, difficulty_index = q."difficultyIndex", content_hash = q."contentHash", status = 'active',
             updated_at = clock_timestamp()
           FROM json_to_recordset($1) AS q (id text, text text, options jsonb, "correctIndex" smallint,
             explanation text, reference text, level smallint, topic text, "difficultyIndex" smallint, "contentHash" text)
           WHERE o.id = q.id AND q.id = ANY ($2)`,
          [JSON.stringify(changed), report.updated],
        );
        await sql('UPDATE questions SET reviewed_at = NULL WHERE id = ANY ($1)', [caughtUp]);
        for (const row of stored.values()) {
          if (row.status === 'active' && !row.reviewed) report.retired.push(row.id);
        }
        await sql(
          `UPDATE questions SET status = 'retired', updated_at = clock_timestamp() WHERE id = ANY ($1)`,
          [report.retired],
        );
        return report;
      }),
  };
}
