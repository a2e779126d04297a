import { type DeliveryState, expiryOf, knownZone, type LadderOutcome, type LocalDate } from '@rung/domain';
import { findShownQuestion, type ShownQuestion } from './answerStore.ts';
import type { Database, Transaction } from './database.ts';
import { type Learner, learnerColumns } from './entities/learner.ts';
import { findLearner } from './learnerStore.ts';

/** A delivery under its learner's lock. `shown` is null until a question has been chosen. */
export interface OpenDelivery {
  readonly id: string;
  readonly userId: string;
  readonly localDate: LocalDate;
  readonly slotAt: Date;
  readonly expiresAt: Date;
  readonly state: DeliveryState;
  /** Sendings that were begun and are not known to have been refused: with one its question may have been shown. */
  readonly unsettledSends: number;
  /** The learner asked for it, and gets it also while daily questions are paused. */
  readonly asked: boolean;
  readonly shown: ShownQuestion | null;
}

/** What to tell about an expired delivery: the question, and what the day did to the streak. */
export interface UntoldExpiry {
  readonly learner: Learner;
  readonly shown: ShownQuestion;
  /** Null when the question arrived only after its expiry, which then did nothing. */
  readonly reason: LadderOutcome['reason'] | null;
  readonly streakAfter: number;
}

export interface DeliveryStore {
  /** Runs `work` with the delivery and its learner locked; null when the delivery does not exist. */
  withDelivery<T>(
    deliveryId: string,
    work: (tx: Transaction, learner: Learner, delivery: OpenDelivery) => Promise<T>,
  ): Promise<T | null>;
  /** The delivery without a lock; null when it does not exist. */
  find(deliveryId: string): Promise<Pick<OpenDelivery, 'userId' | 'state' | 'expiresAt'> | null>;
  /**
   * Records a sending; the expiry moves when it was late. One that was over before is kept with its message, of which the
   * learner is still to be told. Changes nothing when the delivery has moved on otherwise.
   */
  markSent(deliveryId: string, sent: { at: Date; messageId: number | null }): Promise<void>;
  /** A sending that was begun was refused: the learner has not seen its question through it. */
  settleRefused(deliveryId: string): Promise<void>;
  /** Counts a sending of which nobody knows whether it arrived; returns how many there have been. */
  countUnconfirmedSend(deliveryId: string): Promise<number>;
  /** The learner blocked the bot: deliveries stop, and this one ends, unless it has moved on. */
  markBlocked(userId: string, deliveryId: string | null, at: Date): Promise<void>;
  /** Telegram asked for quiet in this chat until `until`, whether it is a learner's or not; every worker keeps to it. */
  pauseChat(userId: string, until: Date): Promise<void>;
  /** Until when Telegram asked for quiet in the chat of somebody who may be no learner; null when it never did. */
  quietUntil(userId: string): Promise<Date | null>;
  /** Ends a pending delivery of a learner who has blocked the bot. */
  endBlocked(deliveryId: string): Promise<void>;
  /** A delivery that has expired and of which a message is out that does not say so; null when there is nothing to tell. */
  findUntoldExpiry(deliveryId: string): Promise<UntoldExpiry | null>;
  /** Marks that the learner was told of the expiry, in this message; nothing when another one has come since. */
  markExpiryTold(deliveryId: string, messageId: number): Promise<void>;
}

/** Notes that the learner asked for an open delivery, for whoever sends it should the one who was told die. */
export async function markAsked(tx: Transaction, deliveryId: string): Promise<void> {
  await tx.sql(`UPDATE user_questions SET asked = true WHERE id = $1 AND NOT asked`, [deliveryId]);
}

/**
 * Notes that a sending begins. From now on the question may have been shown, whatever becomes of the process, unless
 * the sending is known to have been refused (`settleRefused`).
 */
export async function beginSend(tx: Transaction, deliveryId: string): Promise<void> {
  await tx.sql(`UPDATE user_questions SET unsettled_sends = unsettled_sends + 1 WHERE id = $1`, [deliveryId]);
}

/** Ends a delivery that was never sent; its day is not a missed one. */
export async function closeUnsent(tx: Transaction, deliveryId: string, at: Date): Promise<void> {
  await tx.sql(
    `UPDATE user_questions SET state = 'expired', expired_at = $2 WHERE id = $1 AND state = 'pending'`,
    [deliveryId, at],
  );
}

export function makeDeliveryStore(database: Database): DeliveryStore {
  const db = database.scoped('deliveries');
  return {
    withDelivery: (deliveryId, work) =>
      db.transaction(async (tx) => {
        const [learner] = await tx.sql<Learner>(
          `SELECT ${learnerColumns} FROM users u
           WHERE u.user_id = (SELECT user_id FROM user_questions WHERE id = $1) FOR NO KEY UPDATE`,
          [deliveryId],
        );
        if (learner === undefined) return null;
        const [delivery] = await tx.sql<Omit<OpenDelivery, 'shown'> & { chosen: boolean }>(
          `SELECT id, user_id AS "userId", local_date AS "localDate", slot_at AS "slotAt", expires_at AS "expiresAt",
             state, unsettled_sends AS "unsettledSends", asked, question_id IS NOT NULL AS chosen
           FROM user_questions WHERE id = $1`,
          [deliveryId],
        );
        if (delivery === undefined) return null;
        const shown = delivery.chosen ? await findShownQuestion(tx, deliveryId) : null;
        return work(tx, learner, { ...delivery, shown });
      }),

    async find(deliveryId) {
      const [row] = await db.sql<Pick<OpenDelivery, 'userId' | 'state' | 'expiresAt'>>(
        `SELECT user_id AS "userId", state, expires_at AS "expiresAt" FROM user_questions WHERE id = $1`,
        [deliveryId],
      );
      return row ?? null;
    },

    markSent: (deliveryId, sent) =>
      db.transaction(async (tx) => {
        const [row] = await tx.sql<{ slotAt: Date; localDate: LocalDate; timezone: string; state: string }>(
          `SELECT d.slot_at AS "slotAt", d.local_date AS "localDate", u.timezone, d.state
           FROM user_questions d JOIN users u USING (user_id) WHERE d.id = $1 FOR NO KEY UPDATE OF d`,
          [deliveryId],
        );
        if (row === undefined) return;
        const expiresAt = expiryOf({ ...row, timezone: knownZone(row.timezone), sentAt: sent.at });
        // A message that came after the expiry was told has its buttons still.
        await tx.sql(
          `UPDATE user_questions SET telegram_message_id = coalesce($3, telegram_message_id),
             state = CASE WHEN state = 'pending' THEN 'sent' ELSE state END,
             sent_at = coalesce(sent_at, $2),
             expires_at = CASE WHEN state = 'pending' THEN greatest(expires_at, $4) ELSE expires_at END,
             feedback_delivered_at = NULL
           WHERE id = $1 AND state IN ('pending', 'sent', 'expired')`,
          [deliveryId, sent.at, sent.messageId, expiresAt],
        );
      }),

    async settleRefused(deliveryId) {
      await db.sql(
        `UPDATE user_questions SET unsettled_sends = unsettled_sends - 1 WHERE id = $1 AND unsettled_sends > 0`,
        [deliveryId],
      );
    },

    async countUnconfirmedSend(deliveryId) {
      const [row] = await db.sql<{ count: number }>(
        `UPDATE user_questions SET unconfirmed_sends = unconfirmed_sends + 1 WHERE id = $1
         RETURNING unconfirmed_sends AS count`,
        [deliveryId],
      );
      return row?.count ?? 0;
    },

    markBlocked: (userId, deliveryId, at) =>
      // The learner first, as everywhere: the other way round two transactions could wait for each other.
      db.transaction(async ({ sql }) => {
        await sql(
          `UPDATE users SET blocked_at = coalesce(blocked_at, $2), updated_at = clock_timestamp() WHERE user_id = $1`,
          [userId, at],
        );
        await sql(`UPDATE user_questions SET state = 'blocked' WHERE id = $1 AND state = 'pending'`, [
          deliveryId,
        ]);
      }),

    async pauseChat(userId, until) {
      const learners = await db.sql(
        `UPDATE users SET telegram_paused_until = greatest(telegram_paused_until, $2) WHERE user_id = $1
         RETURNING user_id`,
        [userId, until],
      );
      if (learners.length > 0) return;
      // What others were asked for is over after an hour at the latest, and nobody else would clear it away.
      await db.sql(
        `WITH over AS (DELETE FROM quiet_chats WHERE user_id <> $1 AND until < $2::timestamptz - interval '1 hour')
         INSERT INTO quiet_chats (user_id, until) VALUES ($1, $2)
         ON CONFLICT (user_id) DO UPDATE SET until = greatest(quiet_chats.until, excluded.until)`,
        [userId, until],
      );
    },

    async quietUntil(userId) {
      const [row] = await db.sql<{ until: Date | null }>(
        `SELECT greatest((SELECT telegram_paused_until FROM users WHERE user_id = $1),
           (SELECT until FROM quiet_chats WHERE user_id = $1)) AS until`,
        [userId],
      );
      return row?.until ?? null;
    },

    async endBlocked(deliveryId) {
      await db.sql(`UPDATE user_questions SET state = 'blocked' WHERE id = $1 AND state = 'pending'`, [
        deliveryId,
      ]);
    },

    async findUntoldExpiry(deliveryId) {
      const [day] = await db.sql<Pick<UntoldExpiry, 'reason' | 'streakAfter'>>(
        `SELECT h.reason, coalesce(h.streak_after, u.streak) AS "streakAfter" FROM user_questions d
         JOIN users u USING (user_id)
         LEFT JOIN streak_history h ON h.user_question_id = d.id
         WHERE d.id = $1 AND d.state = 'expired' AND d.telegram_message_id IS NOT NULL
           AND d.feedback_delivered_at IS NULL`,
        [deliveryId],
      );
      const shown = day === undefined ? null : await findShownQuestion(db, deliveryId);
      const learner = shown === null ? null : await findLearner(db, shown.userId);
      return day === undefined || shown === null || learner === null ? null : { ...day, shown, learner };
    },

    async markExpiryTold(deliveryId, messageId) {
      await db.sql(
        `UPDATE user_questions SET feedback_delivered_at = clock_timestamp()
         WHERE id = $1 AND state = 'expired' AND feedback_delivered_at IS NULL AND telegram_message_id = $2`,
        [deliveryId, messageId],
      );
    },
  };
}
