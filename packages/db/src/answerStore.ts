import {
  applyAnswer,
  bankIndexAt,
  type DeliveryState,
  type LadderOutcome,
  type Level,
  type LocalDate,
  type OptionOrder,
  type Policy,
  type Position,
  predictSuccess,
  type Standing,
  type Topic,
  updateAbility,
} from '@rung/domain';
import type { Transaction } from './database.ts';
import type { Learner } from './entities/learner.ts';
import { insertHistory } from './ladderStore.ts';
import { difficultyColumns, difficultyOf, type StoredDifficulty } from './questionDifficulty.ts';
import { moveWrongPool } from './wrongPoolStore.ts';

/**
 * A delivery with the version of the question that it shows. Where the key of that version was corrected since, key
 * and explanation are the corrected ones.
 */
export interface ShownQuestion {
  readonly id: string;
  readonly userId: string;
  readonly kind: 'daily' | 'practice';
  readonly state: DeliveryState;
  readonly localDate: LocalDate;
  readonly slotAt: Date;
  readonly expiresAt: Date;
  readonly sentAt: Date | null;
  readonly messageId: number | null;
  readonly order: OptionOrder;
  readonly questionId: string;
  readonly level: Level;
  readonly topic: Topic;
  readonly text: string;
  readonly options: readonly string[];
  readonly correctIndex: number;
  readonly explanation: string;
  /** True when the question was quarantined, retired or given another key since: what is not sent yet never should be. */
  readonly withdrawn: boolean;
  /** True as long as the learner has never answered this question, in any version. */
  readonly unanswered: boolean;
  /** Of the question as it is now, in logits. */
  readonly difficulty: number;
}

/** Reads a delivery whose question is chosen; null when there is none. */
export async function findShownQuestion(
  tx: Pick<Transaction, 'sql'>,
  deliveryId: string,
): Promise<ShownQuestion | null> {
  const [row] = await tx.sql<Omit<ShownQuestion, 'difficulty'> & StoredDifficulty>(
    `SELECT d.id, d.user_id AS "userId", d.kind, d.state, d.local_date AS "localDate", d.slot_at AS "slotAt",
       d.expires_at AS "expiresAt", d.sent_at AS "sentAt", d.telegram_message_id::int AS "messageId",
       d.option_order AS "order", d.question_id AS "questionId", v.level, v.topic, v.question_text AS text,
       v.options, coalesce(v.corrected_index, v.correct_index) AS "correctIndex",
       coalesce(c.explanation, v.explanation) AS explanation,
       q.status <> 'active' OR v.corrected_by IS NOT NULL AS withdrawn,
       NOT EXISTS (SELECT FROM user_answers a WHERE a.question_id = d.question_id AND a.user_id = d.user_id
         AND a.predicted IS NOT NULL) AS unanswered, ${difficultyColumns}
     FROM user_questions d
     JOIN question_versions v ON v.question_id = d.question_id AND v.version = d.question_version
     JOIN questions q ON q.id = d.question_id
     LEFT JOIN question_versions c ON c.question_id = v.question_id AND c.version = v.corrected_by
     WHERE d.id = $1`,
    [deliveryId],
  );
  if (row === undefined) return null;
  const { fitted, difficultyIndex, ...shown } = row;
  return { ...shown, difficulty: difficultyOf({ fitted, difficultyIndex }) };
}

/** A graded answer: what the ladder did, and the learner's totals after it. */
export interface GradedAnswer {
  readonly correct: boolean;
  readonly selectedOption: number;
  readonly outcome: LadderOutcome;
  readonly standing: Standing;
  readonly totalAnswered: number;
  readonly totalCorrect: number;
}

/**
 * Grades the first tap on an open daily delivery of the learner (whose row is locked) and writes all that follows:
 * the answer, the delivery, the learner, history, topic performance, the wrong pool and an event. The learner's first
 * answer ever to the question moves their ability, too. `standing` is the learner's after missed days. The unique key
 * of `user_answers` refuses a second answer whatever the caller does.
 */
export async function gradeDaily(
  tx: Transaction,
  learner: Learner,
  standing: Standing,
  shown: ShownQuestion,
  tap: { position: Position; receivedAt: Date; messageId: number | null },
  policy: Policy,
): Promise<GradedAnswer> {
  const selectedOption = bankIndexAt(shown.order, tap.position);
  const correct = selectedOption === shown.correctIndex;
  const next = applyAnswer(standing, { correct, localDate: shown.localDate }, policy);
  const hit = correct ? 1 : 0;
  const rating = shown.unanswered ? rate(learner, shown.difficulty, correct, policy) : null;
  // A tap proves that the message arrived, also when nobody lived to record its sending.
  const sentAt = shown.sentAt ?? tap.receivedAt;
  await tx.sql(
    `WITH answer AS (
       INSERT INTO user_answers (user_id, question_id, user_question_id, selected_option, is_correct, time_taken_ms,
         level, streak_before, streak_after, answered_at, predicted)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $21)
     ), delivery AS (
       UPDATE user_questions SET state = 'answered', answered_at = $10, sent_at = $11,
         telegram_message_id = coalesce($12, telegram_message_id)
       WHERE id = $3
     ), performance AS (
       INSERT INTO topic_performance (user_id, topic, answered, correct) VALUES ($1, $13, 1, $14)
       ON CONFLICT (user_id, topic) DO UPDATE
       SET answered = topic_performance.answered + 1, correct = topic_performance.correct + excluded.correct
     ), event AS (
       INSERT INTO outbox_events (type, user_id, payload, created_at)
       VALUES ('question.answered', $1, jsonb_build_object('deliveryId', $3::text, 'questionId', $2::text,
         'kind', 'daily', 'correct', $5::boolean, 'level', $7::int, 'localDate', $15::text), $10)
     )
     UPDATE users SET level = $16, streak = $9, best_streak = $17, consecutive_correct = $18, streak_freezes = $19,
       last_correct_date = $20, last_answered_date = greatest(last_answered_date, $15::date),
       total_questions_answered = total_questions_answered + 1, total_correct_answers = total_correct_answers + $14,
       ability = coalesce($22, ability), rated_answers = rated_answers + ($22 IS NOT NULL)::int,
       updated_at = clock_timestamp()
     WHERE user_id = $1`,
    [
      learner.userId,
      shown.questionId,
      shown.id,
      selectedOption,
      correct,
      Math.max(0, tap.receivedAt.getTime() - sentAt.getTime()),
      shown.level,
      next.outcome.streakBefore,
      next.standing.streak,
      tap.receivedAt,
      sentAt,
      tap.messageId,
      shown.topic,
      hit,
      shown.localDate,
      next.standing.level,
      next.standing.bestStreak,
      next.standing.consecutiveCorrect,
      next.standing.freezes,
      next.standing.lastCorrectDate,
      rating?.predicted ?? null,
      rating?.ability ?? null,
    ],
  );
  await insertHistory(tx, learner.userId, shown.id, next.outcome, tap.receivedAt);
  await moveWrongPool(tx, learner.userId, shown.questionId, correct, tap.receivedAt, policy);
  return {
    correct,
    selectedOption,
    outcome: next.outcome,
    standing: next.standing,
    totalAnswered: learner.totalAnswered + 1,
    totalCorrect: learner.totalCorrect + hit,
  };
}

/** The chance of success just before an answer, and the learner's ability after it. */
function rate(
  { ability, ratedAnswers }: Learner,
  difficulty: number,
  correct: boolean,
  policy: Policy,
): { predicted: number; ability: number } {
  return {
    predicted: predictSuccess(ability, difficulty, policy),
    ability: updateAbility(ability, { difficulty, correct, answered: ratedAnswers }, policy),
  };
}

/** Marks an answered delivery's feedback as shown. */
export async function markFeedbackDelivered(db: Pick<Transaction, 'sql'>, deliveryId: string): Promise<void> {
  await db.sql(
    `UPDATE user_questions SET state = 'feedback_delivered', feedback_delivered_at = clock_timestamp()
     WHERE id = $1 AND state = 'answered'`,
    [deliveryId],
  );
}
