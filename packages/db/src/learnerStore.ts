import { type LocalDate, localDateOf, nextDelivery } from '@rung/domain';
import type { Database, Transaction } from './database.ts';
import { type Learner, learnerColumns, learnerEntity } from './entities/learner.ts';

/** What the bot is waiting for from a learner. */
export type Awaiting = 'timezone' | 'delivery_time';

/** Creates the learner at their first /start; returns the row as stored, also when somebody else was faster. */
export async function createLearner(
  tx: Transaction,
  who: { userId: string; botId: string; username: string | null; language: string },
  now: Date,
): Promise<Learner> {
  const first = nextDelivery({
    timezone: 'UTC',
    deliveryTime: '10:00',
    lastDailyDate: null,
    owed: null,
    now,
  });
  await tx.sql(
    `INSERT INTO users (user_id, bot_id, username, language, next_delivery_at, created_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (user_id) DO NOTHING`,
    [who.userId, who.botId, who.username, who.language, first.at, now],
  );
  const [learner] = await tx.sql<Learner>(
    `SELECT ${learnerColumns} FROM users u WHERE u.user_id = $1 FOR NO KEY UPDATE`,
    [who.userId],
  );
  if (learner === undefined) throw new Error(`learner ${who.userId} could not be created`);
  return learner;
}

/** The parts of a learner that commands change. */
export type LearnerChange = Partial<
  Pick<Learner, 'username' | 'language' | 'optedIn' | 'pausedUntil' | 'blockedAt' | 'nextDeliveryAt'>
>;

/** Saves a change of a locked learner. */
export async function changeLearner(tx: Transaction, userId: string, change: LearnerChange): Promise<void> {
  const { pausedUntil, ...rest } = change;
  if (Object.keys(rest).length > 0) {
    await tx.manager.getRepository(learnerEntity).update({ userId }, { ...rest, updatedAt: new Date() });
  }
  // 'infinity' is a timestamp to PostgreSQL and a number to JavaScript; TypeORM knows neither.
  if (pausedUntil !== undefined) {
    await tx.sql(`UPDATE users SET paused_until = $2, updated_at = clock_timestamp() WHERE user_id = $1`, [
      userId,
      pausedUntil === Number.POSITIVE_INFINITY ? 'infinity' : pausedUntil,
    ]);
  }
}

/**
 * Changes zone or delivery time of a locked learner and returns when the next daily comes: never a second one for a
 * local date, and never losing one that was still to come.
 */
export async function reschedule(
  tx: Transaction,
  learner: Learner,
  settings: { timezone?: string; deliveryTime?: string },
  now: Date,
): Promise<Date> {
  const timezone = settings.timezone ?? learner.timezone;
  const deliveryTime = settings.deliveryTime ?? learner.deliveryTime;
  const owed = {
    at: learner.nextDeliveryAt,
    localDate: localDateOf(learner.nextDeliveryAt, learner.timezone),
  };
  const next = nextDelivery({ timezone, deliveryTime, lastDailyDate: learner.lastDailyDate, owed, now });
  await tx.sql(
    `UPDATE users SET timezone = $2, delivery_time = $3, next_delivery_at = $4, updated_at = clock_timestamp()
     WHERE user_id = $1`,
    [learner.userId, timezone, deliveryTime, next.at],
  );
  return next.at;
}

/** The daily delivery of a local date of a locked learner, and whether it was ever sent; null when there is none. */
export async function findDaily(
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

/** The learner's newest daily delivery that can still be answered at `now`, if there is one. */
export async function findOpenDaily(tx: Transaction, userId: string, now: Date): Promise<string | null> {
  const [row] = await tx.sql<{ id: string }>(
    `SELECT id FROM user_questions
     WHERE user_id = $1 AND kind = 'daily' AND state IN ('pending', 'sent') AND expires_at > $2
     ORDER BY local_date DESC LIMIT 1`,
    [userId, now],
  );
  return row?.id ?? null;
}

/** Creates today's daily for a locked learner who asked for it, and moves them on to the next slot. */
export async function createDailyNow(
  tx: Transaction,
  learner: Learner,
  daily: { slotAt: Date; localDate: LocalDate; expiresAt: Date; nextAt: Date },
): Promise<string> {
  const [row] = await tx.sql<{ id: string }>(
    `WITH moved AS (
       UPDATE users SET last_daily_date = $3, next_delivery_at = $5 WHERE user_id = $1)
     INSERT INTO user_questions (user_id, kind, slot_at, local_date, expires_at)
     VALUES ($1, 'daily', $2, $3, $4) RETURNING id`,
    [learner.userId, daily.slotAt, daily.localDate, daily.expiresAt, daily.nextAt],
  );
  if (row === undefined) throw new Error('the daily delivery was not stored');
  return row.id;
}

/**
 * Makes a delivery that ended unsent (blocked, failed, kept back from a learner who was away) due again, open until
 * `expiresAt` at the least; its question stays.
 */
export async function reopenUnsent(tx: Transaction, deliveryId: string, expiresAt: Date): Promise<void> {
  await tx.sql(
    `UPDATE user_questions SET state = 'pending', unconfirmed_sends = 0, expired_at = NULL,
       expires_at = greatest(expires_at, $2)
     WHERE id = $1 AND state IN ('blocked', 'failed', 'expired') AND sent_at IS NULL`,
    [deliveryId, expiresAt],
  );
}

/** What the bot is waiting for at `now`, if anything. */
export async function readConversation(tx: Transaction, userId: string, now: Date): Promise<Awaiting | null> {
  const [row] = await tx.sql<{ awaiting: Awaiting }>(
    `SELECT awaiting FROM conversations WHERE user_id = $1 AND expires_at > $2`,
    [userId, now],
  );
  return row?.awaiting ?? null;
}

const CONVERSATION_MS = 24 * 3_600_000;

/** Remembers for 24 h what the bot is waiting for; null forgets it. */
export async function setConversation(
  tx: Transaction,
  userId: string,
  awaiting: Awaiting | null,
  now: Date,
): Promise<void> {
  if (awaiting === null) {
    await tx.sql(`DELETE FROM conversations WHERE user_id = $1`, [userId]);
    return;
  }
  await tx.sql(
    `INSERT INTO conversations (user_id, awaiting, expires_at) VALUES ($1, $2, $3)
     ON CONFLICT (user_id) DO UPDATE SET awaiting = excluded.awaiting, expires_at = excluded.expires_at`,
    [userId, awaiting, new Date(now.getTime() + CONVERSATION_MS)],
  );
}

/** The learner as stored, without a lock; null for nobody. */
export async function findLearner(db: Pick<Database, 'sql'>, userId: string): Promise<Learner | null> {
  const [learner] = await db.sql<Learner>(`SELECT ${learnerColumns} FROM users u WHERE u.user_id = $1`, [
    userId,
  ]);
  return learner ?? null;
}
