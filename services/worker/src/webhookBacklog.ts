import type { ServiceRegistry } from '@rung/platform';
import type { TelegramClient } from '@rung/telegram';

/** Telegram is asked that often at most, however often somebody scrapes. */
const FRESH_MS = 30_000;

/**
 * `rung_telegram_webhook_pending_updates`: updates that Telegram holds back because the webhook does not take them. It
 * shows the last answer, is absent until there is one and again when the question fails, and never delays a scrape.
 */
export function showWebhookBacklog(
  registry: ServiceRegistry,
  telegram: Pick<TelegramClient, 'getWebhookInfo'>,
  clock: () => Date,
): void {
  let askedAt = 0;
  const ask = async (): Promise<void> => {
    try {
      gauge.set((await telegram.getWebhookInfo()).pending_update_count);
    } catch {
      gauge.remove();
    }
  };
  const gauge = registry.gauge({
    name: 'rung_telegram_webhook_pending_updates',
    help: 'Updates that wait at Telegram for the webhook to take them',
    collect() {
      if (askedAt === 0) gauge.remove();
      const now = clock().getTime();
      if (now - askedAt < FRESH_MS) return;
      askedAt = now;
      void ask();
    },
  });
}
