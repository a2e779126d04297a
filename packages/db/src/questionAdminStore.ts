import type { Level, Topic } from '@rung/domain';
import { writeAudit } from './auditStore.ts';
import type { BankQuestionRow } from './bankStore.ts';
import type { Database } from './database.ts';
import { questionEntity, type StoredQuestion } from './entities/question.ts';

/** A question as it is imported. Source and status are for one whose id is new; one that is there keeps its own. */
export interface ImportedQuestion extends BankQuestionRow {
  readonly source: string;
  readonly status: StoredQuestion['status'];
}

/** What an import did, as ids of questions. */
export interface ImportReport {
  readonly added: readonly string[];
  /** Changed content: now a new version of the same id. */
  readonly updated: readonly string[];
  readonly unchanged: readonly string[];
}

/** Questions of one level and topic that may be chosen, and what learners made of all that ever were. */
export interface CellFigures {
  readonly level: Level;
  readonly topic: Topic;
  /** Active, from the bank. */
  readonly bank: number;
  /** Active, written by a model. */
  readonly generated: number;
}

/** Answers are learners' first ever to each question; rates are percentages, null without answers. */
export interface LevelFigures {
  readonly level: Level;
  readonly answers: number;
  readonly correctRatePct: number | null;
  readonly predictedPct: number | null;
  /** Mean over the level's questions that have 30 answers or more. */
  readonly discrimination: number | null;
  /** Questions whose difficulty comes from answers. */
  readonly calibrated: number;
  readonly reports: number;
}

export interface QuestionStats {
  readonly cells: readonly CellFigures[];
  readonly levels: readonly LevelFigures[];
  readonly byStatus: Readonly<Record<StoredQuestion['status'], number>>;
  /** What was refused of models' output, by reason, most frequent first. */
  readonly rejected: readonly { readonly reason: string; readonly count: number }[];
}

export interface QuestionAdminStore {
  /** Every question of any source and status, by id. */
  all(): Promise<StoredQuestion[]>;
  find(id: string): Promise<StoredQuestion | null>;
  /**
   * Takes questions in, all or none: new ids are added, changed content becomes a new version. What it writes counts
   * as reviewed: a load of the bank leaves it as it is.
   */
  importAll(questions: readonly ImportedQuestion[], actor: string): Promise<ImportReport>;
  stats(): Promise<QuestionStats>;
}

const columns = `id text, text text, options jsonb, "correctIndex" smallint, explanation text, reference text,
  level smallint, topic text, "difficultyIndex" smallint, "contentHash" text, source text, status text`;

export function makeQuestionAdminStore(database: Database): QuestionAdminStore {
  const db = database.scoped('questions');
  const questions = db.manager.getRepository(questionEntity);
  return {
    all: () => questions.find({ order: { id: 'ASC' } }),
    find: (id) => questions.findOneBy({ id }),

    importAll: (rows, actor) =>
      db.transaction(async ({ sql }) => {
        await sql(`SELECT pg_advisory_xact_lock(hashtext('rung.bank'))`);
        const stored = await sql<{ id: string; contentHash: string }>(
          `SELECT id, content_hash AS "contentHash" FROM questions WHERE id = ANY ($1)`,
          [rows.map(({ id }) => id)],
        );
        const hashes = new Map(stored.map(({ id, contentHash }) => [id, contentHash]));
        const added = rows.filter(({ id }) => !hashes.has(id)).map(({ id }) => id);
        const [updated, unchanged] = [true, false].map((changed) =>
          rows.flatMap(({ id, contentHash }) =>
            hashes.has(id) && (hashes.get(id) !== contentHash) === changed ? [id] : [],
          ),
        );
        const report = { added, updated: updated ?? [], unchanged: unchanged ?? [] };
        await sql(
          `INSERT INTO questions (id, question_text, options, correct_index, explanation, reference, level, topic,
             difficulty_index, content_hash, source, status, reviewed_at)
           SELECT q.id, q.text, q.options, q."correctIndex", q.explanation, q.reference, q.level, q.topic,
             q."difficultyIndex", q."contentHash", q.source, q.status, clock_timestamp()
           FROM json_to_recordset($1) AS q (${columns}) WHERE q.id = ANY ($2)`,
          [JSON.stringify(rows), report.added],
        );
        await sql(
          `UPDATE questions o SET version = o.version + 1, question_text = q.text, options = q.options,
             correct_index = q."correctIndex", explanation = q.explanation, reference = q.reference, level = q.level,
             topic = q.topic, content_hash = q."contentHash", reviewed_at = clock_timestamp(),
             updated_at = clock_timestamp()
           FROM json_to_recordset($1) AS q (${columns}) WHERE o.id = q.id AND q.id = ANY ($2)`,
          [JSON.stringify(rows), report.updated],
        );
        const details = { added: report.added, updated: report.updated };
        await writeAudit({ sql }, { actor, action: 'questions.import', subject: `${rows.length}`, details });
        return report;
      }),

    async stats() {
      const [cells, levels, statuses, rejected] = await Promise.all([
        db.sql<CellFigures>(
          `SELECT level, topic, (count(*) FILTER (WHERE source = 'static'))::int AS bank,
             (count(*) FILTER (WHERE source <> 'static'))::int AS generated
           FROM questions WHERE status = 'active' GROUP BY level, topic ORDER BY level, topic`,
        ),
        db.sql<LevelFigures>(
          `SELECT level, sum(answers)::int AS answers,
             round(sum(answers * correct_rate_pct) / nullif(sum(answers), 0), 1)::float8 AS "correctRatePct",
             round(sum(answers * predicted_pct) / nullif(sum(answers), 0), 1)::float8 AS "predictedPct",
             round(avg(discrimination) FILTER (WHERE answers >= 30), 2)::float8 AS discrimination,
             count(difficulty)::int AS calibrated, sum(reports)::int AS reports
           FROM question_quality GROUP BY level ORDER BY level`,
        ),
        db.sql<{ status: StoredQuestion['status']; count: number }>(
          'SELECT status, count(*)::int AS count FROM questions GROUP BY status',
        ),
        db.sql<{ reason: string; count: number }>(
          'SELECT reason, count(*)::int AS count FROM rejected_questions GROUP BY reason ORDER BY count DESC, reason',
        ),
      ]);
      const byStatus = { active: 0, quarantined: 0, retired: 0 };
      for (const { status, count } of statuses) byStatus[status] = count;
      return { cells, levels, byStatus, rejected };
    },
  };
}
