import { type DeliveryStore, expireDays, type MailboxStore, saveStanding, type UntoldExpiry } from '@rung/db';
import { canMove, knownZone, type Policy, positionOf } from '@rung/domain';
import type { ExpiredView } from '@rung/messages';
import { MessageGone, type TelegramClient } from '@rung/telegram';
import type { Chats } from '../chat.ts';
import type { Speak } from '../speak.ts';
import { viewOf } from '../updates/answer.ts';
import { nextAtOf } from '../updates/context.ts';

export interface ExpireOptions {
  readonly deliveries: DeliveryStore;
  readonly mailbox: Pick<MailboxStore, 'newestReceivedBefore'>;
  readonly workThrough: (userId: string, upTo: string) => Promise<void>;
  readonly telegram: Pick<TelegramClient, 'editMessage'>;
  readonly chats: Chats;
  readonly speak: Speak;
  readonly policy: Policy;
  readonly clock: () => Date;
}

/**
 * Expires a delivery whose time is over: buttons go, the answer is shown, and the day may count as missed. What the
 * learner did before the expiry comes first, also when it is still in the inbox: an answer counts if its update was
 * received in time.
 */
export function makeExpire(options: ExpireOptions): (deliveryId: string) => Promise<void> {
  const { deliveries, mailbox, workThrough, telegram, chats, speak, policy, clock } = options;

  const tell = async (deliveryId: string): Promise<void> => {
    const expiry = await deliveries.findUntoldExpiry(deliveryId);
    if (expiry === null) return;
    const { shown, learner, reason, streakAfter } = expiry;
    const { messageId } = shown;
    if (messageId === null) return;
    const message = speak(learner.language).expired({
      ...viewOf(shown),
      correct: positionOf(shown.order, shown.correctIndex),
      explanation: shown.explanation,
      nextAt: nextAtOf(learner, clock()),
      timezone: knownZone(learner.timezone),
      missed: missedBy(reason),
      streakAfter,
    });
    await chats.talk(learner, null, () =>
      telegram.editMessage(learner.userId, messageId, message).catch((error) => {
        if (!(error instanceof MessageGone)) throw error;
      }),
    );
    await deliveries.markExpiryTold(deliveryId, messageId);
  };

  return async (deliveryId) => {
    const delivery = await deliveries.find(deliveryId);
    if (delivery === null) return;
    if (canMove(delivery.state, 'expired') && delivery.expiresAt <= clock()) {
      const upTo = await mailbox.newestReceivedBefore(delivery.userId, delivery.expiresAt);
      if (upTo !== null) await workThrough(delivery.userId, upTo);
      await deliveries.withDelivery(deliveryId, async (tx, learner) => {
        // Not what has expired by now: of later questions an answer may still wait in the inbox.
        const { standing, days } = await expireDays(tx, learner, delivery.expiresAt, policy);
        if (days.length > 0) await saveStanding(tx, learner.userId, standing);
      });
    }
    await tell(deliveryId);
  };
}

function missedBy(reason: UntoldExpiry['reason']): ExpiredView['missed'] {
  switch (reason) {
    case null:
      return 'late';
    case 'freeze_used':
      return 'frozen';
    case 'paused':
      return 'paused';
    default:
      return 'missed';
  }
}
