import { createDailyNow, findDaily, findOpenDaily, reopenUnsent } from '@rung/db';
import { expiryOf, localDateOf, nextDelivery } from '@rung/domain';
import { type Context, nextAtOf } from './context.ts';
import { type Outcome, replyWith } from './outcome.ts';

/**
 * /quiz and *First question now*: today's daily at once if none was sent for this local date, an open one again,
 * and after the answer how long to wait.
 */
export async function quiz({ tx, learner, now, policy }: Context): Promise<Outcome> {
  const open = await findOpenDaily(tx, learner.userId, now);
  if (open !== null) return { kind: 'deliver', deliveryId: open };

  const { timezone } = learner;
  const localDate = localDateOf(now, timezone);
  const expiresAt = expiryOf({ localDate, timezone, slotAt: now, sentAt: null }, policy);
  const today = await findDaily(tx, learner.userId, localDate);
  if (today?.sent === false) {
    await reopenUnsent(tx, today.id, expiresAt);
    return { kind: 'deliver', deliveryId: today.id };
  }
  const hadOne = today !== null || (learner.lastDailyDate !== null && learner.lastDailyDate >= localDate);
  if (hadOne) return replyWith({ kind: 'quiz_wait', nextAt: nextAtOf(learner, now), timezone });

  const deliveryId = await createDailyNow(tx, learner, {
    slotAt: now,
    localDate,
    expiresAt,
    nextAt: nextDelivery({ ...learner, lastDailyDate: localDate, owed: null, now }).at,
  });
  return { kind: 'deliver', deliveryId };
}
