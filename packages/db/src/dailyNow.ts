import { expiryOf, knownZone, type LocalDate, localDateOf, nextDelivery, type Policy } from '@rung/domain';
import type { Transaction } from './database.ts';
import type { Learner } from './entities/learner.ts';

/** The daily question that a learner can have at once: one that is open, a new one, or none any more for this date. */
export type DailyNow =
  | { readonly kind: 'open' | 'decided'; readonly deliveryId: string }
  | { readonly kind: 'had' };

/**
 * Finds or decides the daily question that a locked learner gets when it is asked for at `now`: an open one again; one
 * that ended unsent, made due again; else today's, unless there was one for this local date. Sending is the caller's.
 */
export async function decideDailyNow(
  tx: Transaction,
  learner: Learner,
  now: Date,
  policy: Policy,
): Promise<DailyNow> {
  const open = await findOpenDaily(tx, learner.userId, now);
  if (open !== null) return { kind: 'open', deliveryId: open };

  const timezone = knownZone(learner.timezone);
  const localDate = localDateOf(now, timezone);
  const expiresAt = expiryOf({ localDate, timezone, slotAt: now, sentAt: null }, policy);
  const today = await findDaily(tx, learner.userId, localDate);
  if (today?.sent === false) {
    await reopenUnsent(tx, today.id, expiresAt, now);
    return { kind: 'decided', deliveryId: today.id };
  }
  const hadOne = today !== null || (learner.lastDailyDate !== null && learner.lastDailyDate >= localDate);
  if (hadOne) return { kind: 'had' };
  return {
    kind: 'decided',
    deliveryId: await createDaily(tx, learner, { localDate, slotAt: now, expiresAt }),
  };
}

/** The learner's newest daily delivery that can still be answered at `now`. */
async function findOpenDaily(tx: Transaction, userId: string, now: Date): Promise<string | null> {
  const [row] = await tx.sql<{ id: string }>(
    `SELECT id FROM user_questions
     WHERE user_id = $1 AND kind = 'daily' AND state IN ('pending', 'sent') AND expires_at > $2
     ORDER BY local_date DESC LIMIT 1`,
    [userId, now],
  );
  return row?.id ?? null;
}

/** The daily delivery of a local date, and whether it was ever sent. */
async function findDaily(
  tx: Transaction,
  userId: string,
  localDate: LocalDate,
): Promise<{ id: string; sent: boolean } | null> {
  const [row] = await tx.sql<{ id: string; sent: boolean }>(
    `SELECT id, sent_at IS NOT NULL AS sent FROM user_questions
     WHERE user_id = $1 AND local_date = $2 AND kind = 'daily'`,
    [userId, localDate],
  );
  return row ?? null;
}

/** Creates a daily that is due now, and moves the learner on to the next slot. */
async function createDaily(
  tx: Transaction,
  learner: Learner,
  daily: { localDate: LocalDate; slotAt: Date; expiresAt: Date },
): Promise<string> {
  const { localDate, slotAt, expiresAt } = daily;
  const timezone = knownZone(learner.timezone);
  const next = nextDelivery({ ...learner, timezone, lastDailyDate: localDate, owed: null, now: slotAt });
  const [row] = await tx.sql<{ id: string }>(
    `WITH moved AS (
       UPDATE users SET last_daily_date = $3, next_delivery_at = $5 WHERE user_id = $1)
     INSERT INTO user_questions (user_id, kind, slot_at, local_date, expires_at)
     VALUES ($1, 'daily', $2, $3, $4) RETURNING id`,
    [learner.userId, slotAt, localDate, expiresAt, next.at],
  );
  if (row === undefined) throw new Error('the daily delivery was not stored');
  return row.id;
}

/**
 * Makes a delivery that ended unsent (blocked, failed, kept back from a learner who was away) due again, open until
 * `expiresAt` at the least. It counts as handed out at `now`: whoever asked sends it, and the reconciler must not do it
 * at the same time because it was decided long ago.
 */
async function reopenUnsent(tx: Transaction, deliveryId: string, expiresAt: Date, now: Date): Promise<void> {
  await tx.sql(
    `UPDATE user_questions SET state = 'pending', unconfirmed_sends = 0, expired_at = NULL,
       expires_at = greatest(expires_at, $2), nudged_at = $3
     WHERE id = $1 AND state IN ('blocked', 'failed', 'expired') AND sent_at IS NULL`,
    [deliveryId, expiresAt, now],
  );
}
