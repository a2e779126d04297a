import { decideDailyNow, markAsked } from '@rung/db';
import { type Context, nextAtOf } from './context.ts';
import { type Outcome, replyWith } from './outcome.ts';

/**
 * /quiz and *First question now*: today's daily at once if none was sent for this local date, an open one again,
 * and after the answer how long to wait.
 */
export async function quiz({ tx, learner, now, policy }: Context): Promise<Outcome> {
  const daily = await decideDailyNow(tx, learner, now, policy);
  if (daily.kind !== 'had') {
    await markAsked(tx, daily.deliveryId);
    return { kind: 'deliver', deliveryId: daily.deliveryId };
  }
  return replyWith({ kind: 'quiz_wait', nextAt: nextAtOf(learner, now), timezone: learner.timezone });
}
