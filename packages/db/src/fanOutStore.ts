import { expiryOf, knownZone, type LocalDate, type LocalTime, localDateOf, nextDelivery } from '@rung/domain';
import type { Database, Transaction } from './database.ts';

/** What one batch of the fan-out did. `taken` under the batch size means that nobody else is due. */
export interface FanOutBatch {
  readonly taken: number;
  /** Deliveries to enqueue. */
  readonly deliveryIds: readonly string[];
}

export interface FanOutStore {
  /**
   * Takes up to `limit` learners who are due at `now` (skipping those whom another replica holds), stores a
   * `pending` daily delivery for each and moves each on to their next slot, all in one transaction. A slot older than
   * `catchUpMs` is given up; paused learners are moved on without a delivery.
   */
  distribute(options: { now: Date; catchUpMs: number; limit: number }): Promise<FanOutBatch>;
}

interface DueLearner {
  userId: string;
  timezone: string;
  deliveryTime: LocalTime;
  lastDailyDate: LocalDate | null;
  nextDeliveryAt: Date;
  pausedUntil: Date | number | null;
}

interface Plan {
  readonly slotAt: Date | null;
  readonly localDate: LocalDate | null;
  readonly expiresAt: Date | null;
  readonly nextAt: Date;
}

export function makeFanOutStore(database: Database): FanOutStore {
  const db = database.scoped('fan_out');
  return {
    distribute: ({ now, catchUpMs, limit }) =>
      db.transaction(async (tx) => {
        const due = await tx.sql<DueLearner>(
          `SELECT user_id AS "userId", timezone, delivery_time AS "deliveryTime", last_daily_date AS "lastDailyDate",
             next_delivery_at AS "nextDeliveryAt", paused_until AS "pausedUntil"
           FROM users
           WHERE next_delivery_at <= $1 AND opt_in_daily_quiz AND blocked_at IS NULL
           ORDER BY next_delivery_at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED`,
          [now, limit],
        );
        if (due.length === 0) return { taken: 0, deliveryIds: [] };
        const plans = planAll(due, now, catchUpMs);
        const deliveryIds = await insertDeliveries(tx, due, plans);
        await moveOn(tx, due, plans);
        await countRuns(tx, due, plans, now);
        return { taken: due.length, deliveryIds };
      }),
  };
}

/** Learners with the same settings and slot get the same plan; a batch of thousands has few of them. */
function planAll(due: readonly DueLearner[], now: Date, catchUpMs: number): Plan[] {
  const plans = new Map<string, Plan>();
  return due.map((learner) => {
    const paused = learner.pausedUntil !== null && Number(learner.pausedUntil) > now.getTime();
    const { timezone, deliveryTime, lastDailyDate, nextDeliveryAt } = learner;
    const key = [timezone, deliveryTime, lastDailyDate, nextDeliveryAt.getTime(), paused].join('|');
    let plan = plans.get(key);
    if (plan === undefined) {
      plan = planOne(learner, paused, now, catchUpMs);
      plans.set(key, plan);
    }
    return plan;
  });
}

function planOne(learner: DueLearner, paused: boolean, now: Date, catchUpMs: number): Plan {
  const { deliveryTime, lastDailyDate } = learner;
  const timezone = knownZone(learner.timezone);
  const settings = { timezone, deliveryTime, owed: null };
  const horizon = new Date(now.getTime() - catchUpMs);
  let slot = { at: learner.nextDeliveryAt, localDate: localDateOf(learner.nextDeliveryAt, timezone) };
  if (slot.at < horizon) slot = nextDelivery({ ...settings, lastDailyDate, now: horizon });
  const late = lastDailyDate !== null && slot.localDate <= lastDailyDate;
  if (paused || late || slot.at > now) {
    return {
      slotAt: null,
      localDate: null,
      expiresAt: null,
      nextAt: nextDelivery({ ...settings, lastDailyDate, now }).at,
    };
  }
  return {
    slotAt: slot.at,
    localDate: slot.localDate,
    expiresAt: expiryOf({ localDate: slot.localDate, timezone, slotAt: slot.at, sentAt: null }),
    // From the slot, not from now: after an outage the next slot may have passed already, and is then due at once.
    nextAt: nextDelivery({ ...settings, lastDailyDate: slot.localDate, now: slot.at }).at,
  };
}

async function insertDeliveries(
  tx: Transaction,
  due: readonly DueLearner[],
  plans: readonly Plan[],
): Promise<string[]> {
  const rows = due.flatMap((learner, i) => {
    const plan = plans[i];
    return plan?.slotAt == null ? [] : [{ userId: learner.userId, plan }];
  });
  const inserted = await tx.sql<{ id: string }>(
    `INSERT INTO user_questions (user_id, kind, slot_at, local_date, expires_at, distributed)
     SELECT user_id, 'daily', slot_at, local_date, expires_at, true
     FROM unnest($1::bigint[], $2::timestamptz[], $3::date[], $4::timestamptz[])
       AS d (user_id, slot_at, local_date, expires_at)
     ON CONFLICT (user_id, local_date) WHERE kind = 'daily' DO NOTHING
     RETURNING id`,
    [
      rows.map((row) => row.userId),
      rows.map((row) => row.plan.slotAt),
      rows.map((row) => row.plan.localDate),
      rows.map((row) => row.plan.expiresAt),
    ],
  );
  return inserted.map((row) => row.id);
}

async function moveOn(tx: Transaction, due: readonly DueLearner[], plans: readonly Plan[]): Promise<void> {
  await tx.sql(
    `UPDATE users u SET next_delivery_at = n.next_at, last_daily_date = coalesce(n.local_date, u.last_daily_date)
     FROM unnest($1::bigint[], $2::timestamptz[], $3::date[]) AS n (user_id, next_at, local_date)
     WHERE u.user_id = n.user_id`,
    [due.map((l) => l.userId), plans.map((p) => p.nextAt), plans.map((p) => p.localDate)],
  );
}

/** A run is the minute of the slot; learners who were moved on without a delivery count as skipped. */
async function countRuns(
  tx: Transaction,
  due: readonly DueLearner[],
  plans: readonly Plan[],
  now: Date,
): Promise<void> {
  const runs = new Map<number, { due: number; skipped: number }>();
  due.forEach((learner, i) => {
    const slot = plans[i]?.slotAt ?? learner.nextDeliveryAt;
    const minute = Math.floor(slot.getTime() / 60_000) * 60_000;
    const run = runs.get(minute) ?? { due: 0, skipped: 0 };
    run.due += 1;
    if (plans[i]?.slotAt == null) run.skipped += 1;
    runs.set(minute, run);
  });
  const minutes = [...runs.keys()].sort((a, b) => a - b);
  await tx.sql(
    `INSERT INTO distribution_runs (slot_at, due, skipped, started_at)
     SELECT slot_at, due, skipped, $4 FROM unnest($1::timestamptz[], $2::int[], $3::int[]) AS r (slot_at, due, skipped)
     ORDER BY slot_at
     ON CONFLICT (slot_at) DO UPDATE SET due = distribution_runs.due + excluded.due,
       skipped = distribution_runs.skipped + excluded.skipped, finished_at = NULL`,
    [
      minutes.map((minute) => new Date(minute)),
      minutes.map((minute) => runs.get(minute)?.due),
      minutes.map((minute) => runs.get(minute)?.skipped),
      now,
    ],
  );
}
