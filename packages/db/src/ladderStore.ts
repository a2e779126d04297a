import {
  applyMissedDay,
  applyPausedDay,
  type LadderOutcome,
  type LocalDate,
  type Policy,
  type Standing,
} from '@rung/domain';
import type { Transaction } from './database.ts';
import type { Learner } from './entities/learner.ts';

/** The part of a learner that the ladder moves. */
export function standingOf(learner: Learner): Standing {
  return {
    level: learner.level,
    streak: learner.streak,
    bestStreak: learner.bestStreak,
    consecutiveCorrect: learner.consecutiveCorrect,
    freezes: learner.freezes,
    lastCorrectDate: learner.lastCorrectDate,
  };
}

/** A daily delivery that expired unanswered, and what that did to the streak. */
export interface ExpiredDay {
  readonly deliveryId: string;
  readonly localDate: LocalDate;
  readonly outcome: LadderOutcome;
}

/**
 * Expires the learner's daily deliveries whose time is over at `instant`, oldest first, and moves the ladder for
 * each that is known to have arrived: a missed day, or a pause. Writes deliveries and history, not the learner: returns the
 * standing that the caller saves together with whatever follows. Safe to repeat: a delivery expires once.
 */
export async function expireDays(
  tx: Transaction,
  learner: Learner,
  instant: Date,
  policy: Policy,
): Promise<{ standing: Standing; days: ExpiredDay[] }> {
  const due = await tx.sql<{ id: string; localDate: LocalDate; expiresAt: Date; arrived: boolean }>(
    `UPDATE user_questions SET state = 'expired', expired_at = expires_at
     WHERE user_id = $1 AND kind = 'daily' AND state IN ('pending', 'sent') AND expires_at <= $2
     RETURNING id, local_date AS "localDate", expires_at AS "expiresAt", telegram_message_id IS NOT NULL AS arrived`,
    [learner.userId, instant],
  );
  due.sort((a, b) => (a.localDate < b.localDate ? -1 : 1));
  let standing = standingOf(learner);
  const days: ExpiredDay[] = [];
  for (const delivery of due.filter((d) => d.arrived)) {
    const paused = learner.pausedUntil !== null && Number(learner.pausedUntil) > delivery.expiresAt.getTime();
    const next = paused
      ? applyPausedDay(standing, delivery.localDate)
      : applyMissedDay(standing, delivery.localDate, policy);
    standing = next.standing;
    days.push({ deliveryId: delivery.id, localDate: delivery.localDate, outcome: next.outcome });
    await insertHistory(tx, learner.userId, delivery.id, next.outcome, delivery.expiresAt);
  }
  return { standing, days };
}

/** Appends one row of streak history; the delivery that it belongs to can have only one. */
export async function insertHistory(
  tx: Transaction,
  userId: string,
  deliveryId: string,
  outcome: LadderOutcome,
  at: Date,
): Promise<void> {
  await tx.sql(
    `INSERT INTO streak_history (user_id, user_question_id, local_date, change, reason, streak_before, streak_after,
       level_before, level_after, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      userId,
      deliveryId,
      outcome.localDate,
      outcome.change,
      outcome.reason,
      outcome.streakBefore,
      outcome.streakAfter,
      outcome.levelBefore,
      outcome.levelAfter,
      at,
    ],
  );
}

/** Saves a standing that `expireDays` returned when no answer follows. */
export async function saveStanding(tx: Transaction, userId: string, standing: Standing): Promise<void> {
  await tx.sql(
    `UPDATE users SET level = $2, streak = $3, best_streak = $4, consecutive_correct = $5, streak_freezes = $6,
       last_correct_date = $7, updated_at = clock_timestamp()
     WHERE user_id = $1`,
    [
      userId,
      standing.level,
      standing.streak,
      standing.bestStreak,
      standing.consecutiveCorrect,
      standing.freezes,
      standing.lastCorrectDate,
    ],
  );
}
