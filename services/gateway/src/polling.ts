import { setTimeout as wait } from 'node:timers/promises';
import { HANDLED_UPDATES } from '@rung/domain';
import type { Logger } from '@rung/platform';
import type { TelegramClient } from '@rung/telegram';
import { type Receive, Refused } from './receive.ts';

const LONG_POLL_SECONDS = 25;
const RETRY_MS = 2_000;

/**
 * Fetches updates until `stopping` and takes each in like a webhook request. Telegram forgets what is below the offset
 * that we ask for next, so the offset moves only past updates that are durable.
 */
export async function poll(options: {
  telegram: Pick<TelegramClient, 'getUpdates' | 'deleteWebhook'>;
  receive: Receive;
  logger: Logger;
  stopping: AbortSignal;
  /** Told at each turn, also while Telegram or the inbox is away: that is no reason to restart. */
  onPoll: () => void;
}): Promise<void> {
  const { telegram, receive, logger, stopping, onPoll } = options;
  let offset: number | undefined;
  let ready = false;
  while (!stopping.aborted) {
    onPoll();
    try {
      // Telegram refuses getUpdates while a webhook is set.
      if (!ready) await telegram.deleteWebhook();
      ready = true;
      const updates = await telegram.getUpdates({
        ...(offset === undefined ? {} : { offset }),
        timeoutSeconds: LONG_POLL_SECONDS,
        limit: 100,
        allowedUpdates: HANDLED_UPDATES,
        signal: stopping,
      });
      const receivedAt = new Date();
      for (const update of updates) {
        await receive({ text: JSON.stringify(update), body: update }, receivedAt);
        offset = update.update_id + 1;
      }
    } catch (error) {
      if (stopping.aborted) return;
      logger.warn('polling failed; trying again', { error: error instanceof Refused ? error.cause : error });
      await wait(RETRY_MS, undefined, { signal: stopping }).catch(() => undefined);
    }
  }
}
