import { changeLearner } from '@rung/db';
import { nextDelivery } from '@rung/domain';
import type { Context } from './context.ts';
import type { Event } from './event.ts';
import type { Outcome } from './outcome.ts';

/** The learner blocked the bot, or came back: deliveries stop or go on; progress stays. */
export async function membership(context: Context<Extract<Event, { kind: 'membership' }>>): Promise<Outcome> {
  const { tx, learner, event, now } = context;
  if (event.blocked) {
    await changeLearner(tx, learner.userId, { blockedAt: learner.blockedAt ?? now });
  } else if (learner.blockedAt !== null) {
    await changeLearner(tx, learner.userId, {
      blockedAt: null,
      nextDeliveryAt: nextDelivery({ ...learner, owed: null, now }).at,
    });
  }
  return { kind: 'nothing' };
}
