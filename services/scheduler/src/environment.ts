import {
  logFormat,
  logLevel,
  milliseconds,
  port,
  positiveInteger,
  postgresUrl,
  queueUrl,
  tracingFields,
} from '@rung/platform';
import { z } from 'zod';

/** What the scheduler reads from the environment. */
export const environment = z.object({
  DATABASE_URL: postgresUrl,
  QUEUE_URL: queueUrl.optional(),
  DATABASE_POOL_SIZE: positiveInteger(5),
  TELEGRAM_MESSAGES_PER_SECOND: positiveInteger(25),
  TICK_INTERVAL_MS: milliseconds(60_000),
  OPS_PORT: port(9102),
  LOG_LEVEL: logLevel,
  LOG_FORMAT: logFormat,
  SHUTDOWN_GRACE_MS: milliseconds(25_000),
  ...tracingFields,
});
