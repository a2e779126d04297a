import {
  httpUrl,
  logFormat,
  logLevel,
  milliseconds,
  port,
  positiveInteger,
  postgresUrl,
  queueUrl,
  telegramToken,
  tracingFields,
  webhookSecret,
} from '@rung/platform';
import { z } from 'zod';

/** What the gateway reads from the environment. */
export const environment = z
  .object({
    DATABASE_URL: postgresUrl,
    QUEUE_URL: queueUrl.optional(),
    DATABASE_POOL_SIZE: positiveInteger(5),
    TELEGRAM_UPDATES: z
      .enum(['webhook', 'polling'], { error: 'must be webhook or polling' })
      .default('webhook'),
    TELEGRAM_WEBHOOK_SECRET: webhookSecret.optional(),
    TELEGRAM_BOT_TOKEN: telegramToken.optional(),
    TELEGRAM_API_ROOT: httpUrl.default('https://api.telegram.org'),
    PORT: port(8080),
    OPS_PORT: port(9101),
    LOG_LEVEL: logLevel,
    LOG_FORMAT: logFormat,
    SHUTDOWN_GRACE_MS: milliseconds(25_000),
    ...tracingFields,
  })
  .superRefine(
    (env, context) => {
      const missing = (name: string, message: string) =>
        context.addIssue({ code: 'custom', path: [name], message: `is not set: ${message}` });
      if (env.TELEGRAM_UPDATES === 'webhook' && env.TELEGRAM_WEBHOOK_SECRET === undefined) {
        missing(
          'TELEGRAM_WEBHOOK_SECRET',
          'it must be the secret given to setWebhook, 16 to 256 of A-Za-z0-9_-',
        );
      }
      if (env.TELEGRAM_UPDATES === 'polling' && env.TELEGRAM_BOT_TOKEN === undefined) {
        missing('TELEGRAM_BOT_TOKEN', 'polling needs the token from @BotFather');
      }
    },
    // Also when other variables are wrong: all mistakes are told together.
    { when: () => true },
  );
