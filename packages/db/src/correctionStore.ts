import type { Level, Policy, Topic } from '@rung/domain';
import type { Database, Transaction } from './database.ts';
import { type Learner, learnerColumns } from './entities/learner.ts';
import { lockLearner } from './mailboxStore.ts';
import { replayWrongPool } from './wrongPoolStore.ts';

/** What a learner is told of a corrected answer: the question as it is now, and how their answer counts. */
export interface UntoldCorrection {
  readonly learner: Learner;
  readonly topic: Topic;
  readonly level: Level;
  readonly text: string;
  /** The option that is right. */
  readonly answer: string;
  readonly explanation: string;
  readonly correct: boolean;
}

export interface CorrectionStore {
  /**
   * Judges answers anew that a wrong key had judged, of one question or all: correctness, totals, topic performance,
   * wrong pool and an event, each learner in a transaction of their own under their lock, at most `limit` learners.
   * Level and streak stay as they are. Returns how many answers it corrected. Safe to repeat, to interrupt, and to run
   * at several places at once.
   */
  regrade(options: { now: Date; limit: number; questionId?: string }): Promise<number>;
  /**
   * Ids of corrected answers whose learners are to be told, after regrading what was left over (a fix that was
   * interrupted, an answer that was being graded meanwhile). One for each learner and fix, nobody who has blocked the
   * bot, none whose telling is among the dead letters; each is handed out once per `staleMs`.
   */
  due(options: { now: Date; staleMs: number; limit: number }): Promise<string[]>;
  /** What to tell; null when it was told, or undone, meanwhile. */
  findUntold(answerId: string): Promise<UntoldCorrection | null>;
  /** Marks that the learner was told of this fix, for all of their answers to the question. */
  markTold(answerId: string): Promise<void>;
}

/** Longer than any transaction lives: one that has read the old key has ended by then. */
const SETTLED_MS = 60_000;

const judgedByOldKey = `
  question_versions v
  JOIN user_questions d ON d.question_id = v.question_id AND d.question_version = v.version
  JOIN user_answers a ON a.user_question_id = d.id AND a.is_correct <> (a.selected_option = v.corrected_index)`;

export function makeCorrectionStore(database: Database, policy: Policy): CorrectionStore {
  const db = database.scoped('corrections');

  const regrade: CorrectionStore['regrade'] = async ({ now, limit, questionId }) => {
    const found = await db.sql<{ userId: string; questionId: string }>(
      `SELECT DISTINCT a.user_id AS "userId", v.question_id AS "questionId" FROM ${judgedByOldKey}
       WHERE v.corrected_by IS NOT NULL AND v.regraded_at IS NULL AND ($1::text IS NULL OR v.question_id = $1)
       ORDER BY 1, 2 LIMIT $2`,
      [questionId ?? null, limit],
    );
    let corrected = 0;
    for (const one of found) {
      corrected += await db.transaction((tx) => regradeLearner(tx, one.userId, one.questionId, now, policy));
    }
    if (found.length < limit) {
      await db.sql(
        `UPDATE question_versions SET regraded_at = $1
         WHERE corrected_by IS NOT NULL AND regraded_at IS NULL AND corrected_at <= $2
           AND ($3::text IS NULL OR question_id = $3)`,
        [now, new Date(now.getTime() - SETTLED_MS), questionId ?? null],
      );
    }
    return corrected;
  };

  return {
    regrade,

    async due({ now, staleMs, limit }) {
      await regrade({ now, limit });
      const rows = await db.sql<{ id: string }>(
        `UPDATE answer_corrections SET nudged_at = $1
         WHERE user_answer_id IN (
           SELECT c.user_answer_id FROM answer_corrections c JOIN users u USING (user_id)
           WHERE c.notified_at IS NULL AND (c.nudged_at IS NULL OR c.nudged_at <= $2) AND u.blocked_at IS NULL
             AND NOT EXISTS (SELECT FROM answer_corrections o WHERE o.notified_at IS NULL AND o.user_id = c.user_id
               AND o.question_id = c.question_id AND o.to_version = c.to_version AND o.user_answer_id > c.user_answer_id)
             AND NOT EXISTS (SELECT FROM dead_letters
               WHERE job_id = 'correction-' || c.user_answer_id AND redriven_at IS NULL)
           ORDER BY c.created_at LIMIT $3 FOR UPDATE OF c SKIP LOCKED)
         RETURNING user_answer_id AS id`,
        [now, new Date(now.getTime() - staleMs), limit],
      );
      return rows.map((row) => row.id);
    },

    async findUntold(answerId) {
      const [row] = await db.sql<UntoldCorrection & { userId: string }>(
        `SELECT a.user_id AS "userId", v.topic, v.level, v.question_text AS text,
           v.options->>v.correct_index AS answer, v.explanation, a.is_correct AS correct
         FROM answer_corrections c
         JOIN user_answers a ON a.id = c.user_answer_id
         JOIN question_versions v ON v.question_id = c.question_id AND v.version = c.to_version
         WHERE c.user_answer_id = $1 AND c.notified_at IS NULL`,
        [answerId],
      );
      if (row === undefined) return null;
      const { userId, ...told } = row;
      const [learner] = await db.sql<Learner>(`SELECT ${learnerColumns} FROM users u WHERE u.user_id = $1`, [
        userId,
      ]);
      return learner === undefined ? null : { ...told, learner };
    },

    async markTold(answerId) {
      await db.sql(
        `UPDATE answer_corrections c SET notified_at = clock_timestamp() FROM answer_corrections t
         WHERE t.user_answer_id = $1 AND c.notified_at IS NULL AND c.user_id = t.user_id
           AND c.question_id = t.question_id AND c.to_version = t.to_version`,
        [answerId],
      );
    },
  };
}

/** An answer that counts differently from now on. */
interface Regraded {
  readonly id: string;
  readonly deliveryId: string;
  readonly first: boolean;
  readonly topic: Topic;
  readonly correct: boolean;
  readonly fromVersion: number;
  readonly toVersion: number;
  /** It was corrected before, and the learner does not know yet. */
  readonly untold: boolean;
}

async function regradeLearner(
  tx: Transaction,
  userId: string,
  questionId: string,
  now: Date,
  policy: Policy,
): Promise<number> {
  if ((await lockLearner(tx, userId)) === null) return 0;
  const answers = await tx.sql<Regraded>(
    `SELECT a.id, d.id AS "deliveryId", a.attempt_no = 1 AS first, v.topic, NOT a.is_correct AS correct,
       v.version AS "fromVersion", v.corrected_by AS "toVersion",
       c.user_answer_id IS NOT NULL AND c.notified_at IS NULL AS untold
     FROM ${judgedByOldKey} LEFT JOIN answer_corrections c ON c.user_answer_id = a.id
     WHERE d.user_id = $1 AND d.question_id = $2 AND v.corrected_by IS NOT NULL AND v.regraded_at IS NULL`,
    [userId, questionId],
  );
  if (answers.length === 0) return 0;
  await tx.sql('UPDATE user_answers SET is_correct = NOT is_correct WHERE id = ANY ($1)', [
    answers.map(({ id }) => id),
  ]);
  const firsts = answers.filter(({ first }) => first);
  for (const { topic, correct } of firsts) {
    await tx.sql(
      `WITH topic AS (
         UPDATE topic_performance SET correct = correct + $3 WHERE user_id = $1 AND topic = $2)
       UPDATE users SET total_correct_answers = total_correct_answers + $3, updated_at = clock_timestamp()
       WHERE user_id = $1`,
      [userId, topic, correct ? 1 : -1],
    );
  }
  await replayWrongPool(tx, userId, questionId, policy);
  await remember(tx, userId, questionId, firsts, now);
  return answers.length;
}

/** What the learner is to be told, and what consumers of events are. */
async function remember(
  tx: Transaction,
  userId: string,
  questionId: string,
  answers: readonly Regraded[],
  now: Date,
): Promise<void> {
  // Corrected and corrected back before anybody was told: there is nothing to tell.
  await tx.sql('DELETE FROM answer_corrections WHERE user_answer_id = ANY ($1)', [
    answers.filter(({ untold }) => untold).map(({ id }) => id),
  ]);
  await tx.sql(
    `INSERT INTO answer_corrections (user_answer_id, user_id, question_id, from_version, to_version, created_at)
     SELECT a.id, $1, $2, a."fromVersion", a."toVersion", $4
     FROM json_to_recordset($3) AS a (id bigint, "fromVersion" integer, "toVersion" integer, untold boolean)
     WHERE NOT a.untold
     ON CONFLICT (user_answer_id) DO UPDATE SET from_version = excluded.from_version,
       to_version = excluded.to_version, created_at = excluded.created_at, nudged_at = NULL, notified_at = NULL`,
    [userId, questionId, JSON.stringify(answers), now],
  );
  await tx.sql(
    `INSERT INTO outbox_events (type, user_id, payload, created_at)
     SELECT 'answer.corrected', $1, jsonb_build_object('deliveryId', a."deliveryId", 'questionId', $2::text,
       'correct', a.correct), $4
     FROM json_to_recordset($3) AS a ("deliveryId" text, correct boolean)`,
    [userId, questionId, JSON.stringify(answers), now],
  );
}
