import type { ReportReason } from '@rung/domain';
import { writeAudit } from './auditStore.ts';
import type { Database } from './database.ts';
import { questionEntity, type StoredQuestion } from './entities/question.ts';
import { type FixOutcome, fixQuestion, lockQuestion, type QuestionFix } from './questionFix.ts';
import { closeReports } from './reportStore.ts';

/** A question that waits for a reviewer: quarantined, or with open reports. */
export interface ReviewItem {
  readonly questionId: string;
  readonly version: number;
  readonly status: StoredQuestion['status'];
  /** Open reports of any version, by reason. */
  readonly reasons: Readonly<Partial<Record<ReportReason, number>>>;
  readonly learners: number;
  /** Of the oldest open report; null when there is none left. */
  readonly since: Date | null;
}

/** Everything that a reviewer looks at. */
export interface ReviewDetails {
  readonly question: StoredQuestion;
  /** Learners' first answers ever, and what was expected of them. */
  readonly quality: {
    readonly answers: number;
    readonly correctRatePct: number | null;
    readonly predictedPct: number | null;
    readonly discrimination: number | null;
    readonly reportRatePct: number | null;
  };
  /** How often each option of the current version was chosen, in its order, at first attempts. */
  readonly choices: readonly [number, number, number, number];
  readonly reports: readonly {
    readonly version: number;
    readonly reason: ReportReason;
    readonly status: 'open' | 'kept' | 'fixed' | 'retired';
    readonly at: Date;
  }[];
}

/** An action of a reviewer. */
export interface ReviewAction {
  readonly id: string;
  readonly actor: string;
  readonly now: Date;
}

/** What keeping or retiring did; null when there is no such question. */
export interface ReviewOutcome {
  readonly before: StoredQuestion['status'];
  readonly after: StoredQuestion['status'];
  /** Open reports that it closed. */
  readonly closed: number;
}

export interface ReviewStore {
  /** What waits for review: quarantined first, then by number of learners, at most `limit`. */
  queue(limit: number): Promise<ReviewItem[]>;
  details(id: string): Promise<ReviewDetails | null>;
  /** The question is right: closes its reports and brings it back from quarantine. A retired one stays retired. */
  keep(action: ReviewAction): Promise<ReviewOutcome | null>;
  /** Takes the question away for good; a load of the bank does not bring it back. */
  retire(action: ReviewAction): Promise<ReviewOutcome | null>;
  /**
   * Gives a question new content as its next version, closes its reports, brings it back from quarantine, and marks
   * earlier versions whose key was wrong (see `planCorrection`): from then on they are graded by the right one, and
   * `regrade` of the corrections store judges the answers that they got.
   */
  fix(fix: QuestionFix, action: Omit<ReviewAction, 'id'>): Promise<FixOutcome>;
}

export function makeReviewStore(database: Database): ReviewStore {
  const db = database.scoped('review');
  const questions = db.manager.getRepository(questionEntity);

  const resolve = (
    { id, actor, now }: ReviewAction,
    resolution: 'kept' | 'retired',
    statusAfter: (before: StoredQuestion['status']) => StoredQuestion['status'],
  ): Promise<ReviewOutcome | null> =>
    db.transaction(async ({ sql }) => {
      const locked = await lockQuestion(sql, id);
      if (locked === null) return null;
      const before = locked.status;
      const after = statusAfter(before);
      if (after !== before) {
        await sql(
          `UPDATE questions SET status = $2, updated_at = $3,
             reviewed_at = CASE WHEN $2 = 'retired' THEN $3 ELSE reviewed_at END
           WHERE id = $1`,
          [id, after, now],
        );
      }
      const closed = await closeReports(sql, id, resolution, now);
      const action = resolution === 'kept' ? 'questions.keep' : 'questions.retire';
      await writeAudit({ sql }, { actor, action, subject: id, details: { before, after, closed } });
      return { before, after, closed };
    });

  return {
    queue: (limit) =>
      db.sql<ReviewItem>(
        `SELECT q.id AS "questionId", q.version, q.status, coalesce(r.reasons, '{}') AS reasons,
           coalesce(r.learners, 0) AS learners, r.since
         FROM questions q
         LEFT JOIN (
           SELECT question_id, jsonb_object_agg(reason, count) AS reasons, min(since) AS since,
             sum(count)::int AS learners
           FROM (SELECT question_id, reason, count(DISTINCT user_id)::int AS count, min(created_at) AS since
                 FROM question_reports WHERE status = 'open' GROUP BY question_id, reason) by_reason
           GROUP BY question_id
         ) r ON r.question_id = q.id
         WHERE q.status = 'quarantined' OR r.question_id IS NOT NULL
         ORDER BY q.status = 'quarantined' DESC, learners DESC, r.since, q.id LIMIT $1`,
        [limit],
      ),

    async details(id) {
      const question = await questions.findOneBy({ id });
      if (question === null) return null;
      const [quality] = await db.sql<ReviewDetails['quality']>(
        `SELECT answers::int, correct_rate_pct::float8 AS "correctRatePct", predicted_pct::float8 AS "predictedPct",
           discrimination::float8, report_rate_pct::float8 AS "reportRatePct"
         FROM question_quality WHERE question_id = $1`,
        [id],
      );
      const chosen = await db.sql<{ option: number; count: number }>(
        `SELECT a.selected_option AS option, count(*)::int AS count
         FROM user_questions d JOIN user_answers a ON a.user_question_id = d.id AND a.attempt_no = 1
         WHERE d.question_id = $1 AND d.question_version = $2 GROUP BY a.selected_option`,
        [id, question.version],
      );
      const choices: [number, number, number, number] = [0, 0, 0, 0];
      for (const { option, count } of chosen) choices[option] = count;
      const reports = await db.sql<ReviewDetails['reports'][number]>(
        `SELECT question_version AS version, reason, status, created_at AS at FROM question_reports
         WHERE question_id = $1 ORDER BY created_at, id`,
        [id],
      );
      const none = { correctRatePct: null, predictedPct: null, discrimination: null, reportRatePct: null };
      return { question, quality: quality ?? { answers: 0, ...none }, choices, reports };
    },

    keep: (action) => resolve(action, 'kept', (before) => (before === 'quarantined' ? 'active' : before)),
    retire: (action) => resolve(action, 'retired', () => 'retired'),

    fix: (fix, action) => db.transaction(({ sql }) => fixQuestion(sql, fix, action)),
  };
}
