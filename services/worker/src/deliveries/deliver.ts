import {
  closeUnsent,
  type DeliveryStore,
  findShownQuestion,
  type Learner,
  type ShownQuestion,
} from '@rung/db';
import { canMove, type Policy, type SupplySource } from '@rung/domain';
import { type TelegramClient, TelegramUnavailable } from '@rung/telegram';
import type { Chats } from '../chat.ts';
import type { Speak } from '../speak.ts';
import { viewOf } from '../updates/answer.ts';
import { chooseForDelivery } from './chooseQuestion.ts';

export interface DeliverOptions {
  readonly deliveries: DeliveryStore;
  readonly telegram: Pick<TelegramClient, 'sendMessage'>;
  readonly chats: Chats;
  readonly speak: Speak;
  readonly policy: Policy;
  readonly clock: () => Date;
  /** Told how a delivery ended here. */
  readonly onDelivered: (outcome: 'sent' | 'blocked' | 'skipped') => void;
  /** Told where a question came from, and how long choosing it took. */
  readonly onChosen: (supply: SupplySource, seconds: number) => void;
}

/** Sends one delivery; `asked` when the learner asked for it, who then also gets an open one again. */
export type Deliver = (deliveryId: string, asked: boolean) => Promise<void>;

/**
 * Nobody can tell whether a sending that timed out arrived. It is tried once more, which doubles a message at worst;
 * after the second the delivery counts as sent, for a tap on either will be graded; no day counts as missed for it.
 */
const MOST_UNCONFIRMED_SENDS = 2;

/** The question is chosen and stored first, so that every retry sends the same one. */
export function makeDeliver(options: DeliverOptions): Deliver {
  const { deliveries, telegram, chats, speak, clock, onDelivered } = options;

  const send = async (
    learner: Learner,
    shown: ShownQuestion,
  ): Promise<{ messageId: number | null } | 'blocked'> => {
    const message = speak(learner.language).question(viewOf(shown));
    try {
      return await chats.talk(learner, shown.id, () => telegram.sendMessage(learner.userId, message));
    } catch (error) {
      if (!(error instanceof TelegramUnavailable) || !error.mayHaveArrived) throw error;
      const unconfirmed = await deliveries.countUnconfirmedSend(shown.id);
      if (unconfirmed < MOST_UNCONFIRMED_SENDS) throw error;
      return { messageId: null };
    }
  };

  return async (deliveryId, asked) => {
    const prepared = await deliveries.withDelivery(deliveryId, async (tx, learner, delivery) => {
      const now = clock();
      if (!canMove(delivery.state, 'sent'))
        return asked && delivery.state === 'sent' ? { learner, shown: delivery.shown } : null;
      if (learner.blockedAt !== null && !asked) return 'blocked';
      if (delivery.expiresAt <= now || (!asked && isAway(learner, now))) {
        await closeUnsent(tx, deliveryId, now);
        return 'skipped';
      }
      if (delivery.shown !== null) return { learner, shown: delivery.shown };
      const started = performance.now();
      const supply = await chooseForDelivery(tx, { ...delivery, kind: 'daily' }, options.policy);
      options.onChosen(supply, (performance.now() - started) / 1000);
      return { learner, shown: await findShownQuestion(tx, deliveryId) };
    });
    if (prepared === 'blocked') {
      await deliveries.endBlocked(deliveryId);
      return onDelivered('blocked');
    }
    if (prepared === 'skipped') return onDelivered('skipped');
    if (prepared === null || prepared.shown === null) return;
    const sent = await send(prepared.learner, prepared.shown);
    if (sent === 'blocked') return onDelivered('blocked');
    await deliveries.markSent(deliveryId, { at: clock(), messageId: sent.messageId });
    onDelivered('sent');
  };
}

function isAway(learner: Learner, now: Date): boolean {
  return !learner.optedIn || (learner.pausedUntil !== null && Number(learner.pausedUntil) > now.getTime());
}
