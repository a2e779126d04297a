import { setTimeout as wait } from 'node:timers/promises';
import type { DeliveryStore, Learner } from '@rung/db';
import { Final, PauseQueue, Postpone } from '@rung/jobs';
import { BadRequest, ChatBlocked, TooManyRequests, Unauthorized } from '@rung/telegram';

/** Whose chat it is: a learner as stored, or the id alone of somebody who is none (yet). */
type ChatOwner = Pick<Learner, 'userId' | 'telegramPausedUntil'> | { readonly userId: string };

/** Calls the Bot API on behalf of one person, in the way that Telegram asks for. */
export interface Chats {
  /**
   * Runs `call`, requests to the owner's chat, one `call` at a time in each chat. `blocked` when the owner has
   * blocked the bot (deliveries stop and `deliveryId`, if it was pending, ends). Throws Postpone while Telegram wants
   * quiet in this chat, PauseQueue when it wants quiet everywhere or refuses the token, Final when the request can
   * never succeed.
   */
  talk<T>(owner: ChatOwner, deliveryId: string | null, call: () => Promise<T>): Promise<T | 'blocked'>;
}

/** 429s from this many chats within this time mean that the bot as a whole is too fast. */
const FLOOD_CHATS = 3;
const FLOOD_WINDOW_MS = 1_000;
/** How long a call waits for the one before it in the same chat; after that its job steps back for as long. */
const PATIENCE_MS = 1_000;
/** A revoked token fails every call: wait for the operator instead of spending the attempts of every job. */
const UNAUTHORIZED_PAUSE_MS = 30_000;

export function makeChats(
  deliveries: Pick<DeliveryStore, 'markBlocked' | 'pauseChat' | 'quietUntil'>,
  clock: () => Date,
): Chats {
  const refused = new Map<string, number>();
  const talking = new Map<string, Promise<void>>();
  /** What a learner who was read before the refusal does not say yet. */
  const quietUntil = new Map<string, number>();

  const isFlood = (userId: string, now: number): boolean => {
    for (const [chat, at] of refused) if (at < now - FLOOD_WINDOW_MS) refused.delete(chat);
    refused.set(userId, now);
    return refused.size >= FLOOD_CHATS;
  };

  /** Whether the last call was told to wait must be known before the next is made. */
  const awaitTurn = async (userId: string): Promise<void> => {
    const giveUpAt = performance.now() + PATIENCE_MS;
    for (let other = talking.get(userId); other !== undefined; other = talking.get(userId)) {
      const left = giveUpAt - performance.now();
      if (left <= 0) throw new Postpone(clock().getTime() + PATIENCE_MS);
      await Promise.race([other, wait(left, undefined, { ref: false })]);
    }
  };

  const keepQuiet = (userId: string, until: number, now: number): void => {
    for (const [chat, over] of quietUntil) if (over <= now) quietUntil.delete(chat);
    quietUntil.set(userId, until);
  };

  return {
    async talk(owner, deliveryId, call) {
      const { userId } = owner;
      const asked =
        'telegramPausedUntil' in owner ? owner.telegramPausedUntil : await deliveries.quietUntil(userId);
      await awaitTurn(userId);
      const quiet = Math.max(asked?.getTime() ?? 0, quietUntil.get(userId) ?? 0);
      if (quiet > clock().getTime()) throw new Postpone(quiet);
      const turn = Promise.withResolvers<void>();
      talking.set(userId, turn.promise);
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
          keepQuiet(userId, until.getTime(), refusedAt);
          await deliveries.pauseChat(userId, until);
          throw isFlood(userId, refusedAt)
            ? new PauseQueue(error.retryAfterMs)
            : new Postpone(until.getTime());
        }
        if (error instanceof Unauthorized) throw new PauseQueue(UNAUTHORIZED_PAUSE_MS);
        if (error instanceof BadRequest) throw new Final(error.message, { cause: error });
        throw error;
      } finally {
        talking.delete(userId);
        turn.resolve();
      }
    },
  };
}
