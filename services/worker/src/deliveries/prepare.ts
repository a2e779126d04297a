import {
  beginSend,
  closeUnsent,
  type DeliveryStore,
  findShownQuestion,
  type Learner,
  type ShownQuestion,
  withdrawChoice,
} from '@rung/db';
import { canMove, type Policy, type SupplySource } from '@rung/domain';
import { type Shortage, SUPPLY_THRESHOLD } from '../generation/topUp.ts';
import { chooseForDelivery, type Generation } from './chooseQuestion.ts';

export interface PrepareOptions {
  readonly deliveries: Pick<DeliveryStore, 'withDelivery'>;
  readonly policy: Policy;
  readonly clock: () => Date;
  /** Told where a question came from, and how long choosing it took. */
  readonly onChosen: (supply: SupplySource, seconds: number) => void;
}

/** What is to be done about a delivery. */
export type Prepared =
  /** It is gone, or out already. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'blocked' }
  | { readonly kind: 'skipped' }
  /** Nothing unseen is left at or beside the learner's level: a model has to be asked first. */
  | { readonly kind: 'generate'; readonly shortage: Shortage }
  /** Its question stands. `shortage` when the learner's unseen questions run low. */
  | {
      readonly kind: 'send';
      readonly learner: Learner;
      readonly shown: ShownQuestion;
      readonly shortage: Shortage | null;
    };

/**
 * Decides under the learner's lock. The question is chosen and stored here, so that every retry sends the same one.
 * `askedAt` is when the learner asked for it, and null when nobody did.
 */
export type Prepare = (deliveryId: string, askedAt: Date | null, generation: Generation) => Promise<Prepared>;

export function makePrepare({ deliveries, policy, clock, onChosen }: PrepareOptions): Prepare {
  return async (deliveryId, askedAt, generation) => {
    const asked = askedAt !== null;
    const prepared = await deliveries.withDelivery<Prepared>(deliveryId, async (tx, learner, delivery) => {
      const now = clock();
      const { shown } = delivery;
      const send = async (question: ShownQuestion | null, shortage: Shortage | null): Promise<Prepared> => {
        if (question === null) return { kind: 'nothing' };
        await beginSend(tx, deliveryId);
        return { kind: 'send', learner, shown: question, shortage };
      };

      if (!canMove(delivery.state, 'sent'))
        return wasOut(shown, askedAt) ? send(shown, null) : { kind: 'nothing' };
      if (learner.blockedAt !== null && !asked) return { kind: 'blocked' };
      if (delivery.expiresAt <= now || (!asked && !delivery.asked && isAway(learner, now))) {
        await closeUnsent(tx, deliveryId, now);
        return { kind: 'skipped' };
      }
      if (shown !== null) {
        // What may have arrived stays, for the learner may be reading it.
        if (!shown.withdrawn || delivery.unsettledSends > 0) return send(shown, null);
        await withdrawChoice(tx, deliveryId);
      }
      const started = performance.now();
      const shortage: Shortage = { userId: learner.userId, level: learner.level };
      const supplied = await chooseForDelivery(tx, { ...delivery, kind: 'daily' }, policy, generation);
      if (supplied === 'generate') return { kind: 'generate', shortage };
      onChosen(supplied.supply, (performance.now() - started) / 1000);
      const low = supplied.supply !== 'unseen_level' || supplied.unseenInCell < SUPPLY_THRESHOLD;
      return send(await findShownQuestion(tx, deliveryId), low ? shortage : null);
    });
    return prepared ?? { kind: 'nothing' };
  };
}

/** Whether a question was out already, and unanswered, when the learner asked for it. */
function wasOut(shown: ShownQuestion | null, askedAt: Date | null): boolean {
  if (askedAt === null || shown?.state !== 'sent') return false;
  return shown.sentAt !== null && shown.sentAt <= askedAt;
}

function isAway(learner: Learner, now: Date): boolean {
  return !learner.optedIn || (learner.pausedUntil !== null && Number(learner.pausedUntil) > now.getTime());
}
