import { knownZone, localDateOf, nextDelivery } from '@rung/domain';
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
    `WITH quiet AS (DELETE FROM quiet_chats WHERE user_id = $1 RETURNING until)
     INSERT INTO users (user_id, bot_id, username, language, next_delivery_at, created_at, telegram_paused_until)
     VALUES ($1, $2, $3, $4, $5, $6, (SELECT until FROM quiet)) ON CONFLICT (user_id) DO NOTHING`,
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
  const timezone = settings.timezone ?? knownZone(learner.timezone);
  const deliveryTime = settings.deliveryTime ?? learner.deliveryTime;
  const owed = {
    at: learner.nextDeliveryAt,
    localDate: localDateOf(learner.nextDeliveryAt, knownZone(learner.timezone)),
  };
  const next = nextDelivery({ timezone, deliveryTime, lastDailyDate: learner.lastDailyDate, owed, now });
  await tx.sql(
    `UPDATE users SET timezone = coalesce($2, timezone), delivery_time = $3, next_delivery_at = $4,
       updated_at = clock_timestamp()
     WHERE user_id = $1`,
    [learner.userId, settings.timezone ?? null, deliveryTime, next.at],
  );
  return next.at;
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
