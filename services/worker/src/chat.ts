import type { DeliveryStore, Learner } from '@rung/db';
import { Final, PauseQueue, Postpone } from '@rung/jobs';
import { BadRequest, ChatBlocked, TooManyRequests, Unauthorized } from '@rung/telegram';

/** Calls the Bot API on behalf of one learner, in the way that Telegram asks for. */
export interface Chats {
  /**
   * Runs `call`, a request to the learner's chat. `blocked` when the learner has blocked the bot (deliveries stop and
   * `deliveryId`, if it was pending, ends). Throws Postpone while Telegram wants quiet in this chat, PauseQueue when it
   * wants quiet everywhere or refuses the token, Final when the request can never succeed.
   */
  talk<T>(
    learner: Pick<Learner, 'userId' | 'telegramPausedUntil'>,
    deliveryId: string | null,
    call: () => Promise<T>,
  ): Promise<T | 'blocked'>;
}

/** 429s from this many chats within this time mean that the bot as a whole is too fast. */
const FLOOD_CHATS = 3;
const FLOOD_WINDOW_MS = 1_000;
/** A revoked token fails every call: wait for the operator instead of spending the attempts of every job. */
const UNAUTHORIZED_PAUSE_MS = 30_000;

export function makeChats(
  deliveries: Pick<DeliveryStore, 'markBlocked' | 'pauseChat'>,
  clock: () => Date,
): Chats {
  const refused = new Map<string, number>();

  const isFlood = (userId: string, now: number): boolean => {
    for (const [chat, at] of refused) if (at < now - FLOOD_WINDOW_MS) refused.delete(chat);
    refused.set(userId, now);
    return refused.size >= FLOOD_CHATS;
  };

  return {
    async talk(learner, deliveryId, call) {
      const { userId, telegramPausedUntil } = learner;
      const now = clock();
      if (telegramPausedUntil !== null && telegramPausedUntil > now)
        throw new Postpone(telegramPausedUntil.getTime());
      try {
        return await call();
      } catch (error) {
        if (error instanceof ChatBlocked) {
          await deliveries.markBlocked(userId, deliveryId, clock());
          return 'blocked';
        }
        if (error instanceof TooManyRequests) {
          const refusedAt = clock().getTime();
          const until = new Date(refusedAt + error.retryAfterMs);
          await deliveries.pauseChat(userId, until);
          throw isFlood(userId, refusedAt)
            ? new PauseQueue(error.retryAfterMs)
            : new Postpone(until.getTime());
        }
        if (error instanceof Unauthorized) throw new PauseQueue(UNAUTHORIZED_PAUSE_MS);
        if (error instanceof BadRequest) throw new Final(error.message, { cause: error });
        throw error;
      }
    },
  };
}
