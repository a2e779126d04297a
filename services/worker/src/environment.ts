import {
  httpUrl,
  logFormat,
  logLevel,
  milliseconds,
  modelProviders,
  openAiKey,
  port,
  positiveInteger,
  postgresUrl,
  queueUrl,
  telegramToken,
  tracingFields,
} from '@rung/platform';
import { z } from 'zod';

/** What the worker reads from the environment. */
export const environment = z.object({
  DATABASE_URL: postgresUrl,
  QUEUE_URL: queueUrl.optional(),
  DATABASE_POOL_SIZE: positiveInteger(10),
  TELEGRAM_BOT_TOKEN: telegramToken,
  TELEGRAM_API_ROOT: httpUrl.default('https://api.telegram.org'),
  TELEGRAM_MESSAGES_PER_SECOND: positiveInteger(25),
  WORKER_CONCURRENCY: positiveInteger(16),
  LLM_PROVIDERS: modelProviders.optional(),
  OPENAI_API_KEY: openAiKey.optional(),
  LLM_TOKENS_PER_DAY: positiveInteger(500_000),
  OPS_PORT: port(9103),
  LOG_LEVEL: logLevel,
  LOG_FORMAT: logFormat,
  SHUTDOWN_GRACE_MS: milliseconds(25_000),
  ...tracingFields,
});
