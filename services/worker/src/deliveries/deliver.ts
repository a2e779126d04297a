import type { DeliveryStore, Learner, ShownQuestion } from '@rung/db';
import { Final, PauseQueue, Postpone } from '@rung/jobs';
import { type TelegramClient, TelegramUnavailable } from '@rung/telegram';
import type { Chats } from '../chat.ts';
import type { Shortage } from '../generation/topUp.ts';
import type { Speak } from '../speak.ts';
import { viewOf } from '../updates/answer.ts';
import type { Prepare, Prepared } from './prepare.ts';

export interface DeliverOptions {
  readonly prepare: Prepare;
  readonly deliveries: Pick<
    DeliveryStore,
    'countUnconfirmedSend' | 'endBlocked' | 'markSent' | 'settleRefused'
  >;
  readonly telegram: Pick<TelegramClient, 'sendMessage'>;
  readonly chats: Chats;
  readonly speak: Speak;
  readonly clock: () => Date;
  /** Has a question written; resolves to its id within seconds, or to null when there is none to be had. Null: no models. */
  readonly generate: ((shortage: Shortage) => Promise<string | null>) | null;
  /** Told of a learner whose unseen questions run low, once their question is out. */
  readonly onShort: (shortage: Shortage) => void;
  /** Told how a delivery ended here. */
  readonly onDelivered: (outcome: 'sent' | 'blocked' | 'skipped') => void;
}

/**
 * Sends one delivery. `askedAt` is when the learner asked for it, and null when nobody did: who asks gets also an open
 * one again, unless it was sent since.
 */
export type Deliver = (deliveryId: string, askedAt: Date | null) => Promise<void>;

/**
 * Nobody can tell whether a sending that timed out arrived. It is tried once more, which doubles a message at worst;
 * after the second the delivery counts as sent, for a tap on either will be graded; no day counts as missed for it.
 */
const MOST_UNCONFIRMED_SENDS = 2;

export function makeDeliver(options: DeliverOptions): Deliver {
  const { prepare, deliveries, telegram, chats, speak, clock, generate, onShort, onDelivered } = options;

  /** The learner is not locked while a model writes. */
  const prepareWithModels = async (deliveryId: string, askedAt: Date | null): Promise<Prepared> => {
    const first = await prepare(deliveryId, askedAt, { wanted: generate !== null, questionId: null });
    if (first.kind !== 'generate' || generate === null) return first;
    const questionId = await generate(first.shortage);
    return prepare(deliveryId, askedAt, { wanted: false, questionId });
  };

  const send = async (
    learner: Learner,
    shown: ShownQuestion,
  ): Promise<{ messageId: number | null } | 'blocked'> => {
    const message = speak(learner.language).question(viewOf(shown));
    try {
      const sent = await chats.talk(learner, shown.id, () => telegram.sendMessage(learner.userId, message));
      if (sent === 'blocked') await deliveries.settleRefused(shown.id);
      return sent;
    } catch (error) {
      if (isRefusal(error)) await deliveries.settleRefused(shown.id);
      if (!(error instanceof TelegramUnavailable) || !error.mayHaveArrived) throw error;
      const unconfirmed = await deliveries.countUnconfirmedSend(shown.id);
      if (unconfirmed < MOST_UNCONFIRMED_SENDS) throw error;
      return { messageId: null };
    }
  };

  return async (deliveryId, askedAt) => {
    const prepared = await prepareWithModels(deliveryId, askedAt);
    switch (prepared.kind) {
      case 'blocked':
        await deliveries.endBlocked(deliveryId);
        return onDelivered('blocked');
      case 'skipped':
        return onDelivered('skipped');
      case 'send': {
        const sent = await send(prepared.learner, prepared.shown);
        if (sent === 'blocked') return onDelivered('blocked');
        await deliveries.markSent(deliveryId, { at: clock(), messageId: sent.messageId });
        onDelivered('sent');
        if (prepared.shortage !== null) onShort(prepared.shortage);
      }
    }
  };
}

/** Whether an error says that nothing can have reached the learner; of any other nobody knows. */
function isRefusal(error: unknown): boolean {
  if (error instanceof TelegramUnavailable) return !error.mayHaveArrived;
  return error instanceof Postpone || error instanceof PauseQueue || error instanceof Final;
}
