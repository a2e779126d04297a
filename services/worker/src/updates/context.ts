import type { Learner, MailboxUpdate, Transaction } from '@rung/db';
import type { Policy } from '@rung/domain';
import type { Event, Sender } from './event.ts';

/** One event of a learner inside the transaction that decides it. `now` is when the update was received. */
export interface Context<E extends Event = Event> {
  readonly tx: Transaction;
  readonly learner: Learner;
  readonly update: MailboxUpdate;
  readonly event: E;
  readonly now: Date;
  readonly policy: Policy;
}

/** Somebody who is not a learner (yet). */
export interface Stranger {
  readonly tx: Transaction;
  readonly update: MailboxUpdate;
  readonly sender: Sender;
  readonly now: Date;
}

/** When the learner's next daily comes, as an ISO instant; null while none will. */
export function nextAtOf(
  learner: Pick<Learner, 'optedIn' | 'blockedAt' | 'pausedUntil' | 'nextDeliveryAt'>,
  now: Date,
) {
  const paused = learner.pausedUntil !== null && Number(learner.pausedUntil) > now.getTime();
  if (!learner.optedIn || learner.blockedAt !== null || paused) return null;
  return learner.nextDeliveryAt.toISOString();
}
