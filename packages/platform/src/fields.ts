import { z } from 'zod';

/** `postgres://user:password@host:port/database`. */
export const postgresUrl = address(
  ['postgres:', 'postgresql:'],
  'must be an address like postgres://user:password@host:5432/database',
);

/** Where BullMQ keeps its jobs: Redis, or PostgreSQL. */
export const queueUrl = address(
  ['redis:', 'rediss:', 'postgres:', 'postgresql:'],
  'must be an address like redis://host:6379, rediss://host:6379 or postgres://user:password@host:5432/database',
);

/** An `http://` or `https://` address. */
export const httpUrl = address(['http:', 'https:'], 'must be an address like https://host/path');

/** A bot's token as BotFather gives it. */
export const telegramToken = matching(
  /^\d+:[A-Za-z0-9_-]{30,}$/,
  'must be the token from @BotFather, digits, a colon and at least 30 of A-Za-z0-9_-',
);

/** Telegram's `secret_token`: Telegram allows up to 256 of `A-Za-z0-9_-`; fewer than 16 can be guessed. */
export const webhookSecret = matching(
  /^[A-Za-z0-9_-]{16,256}$/,
  'must be 16 to 256 characters of A-Za-z0-9_-, for example from `openssl rand -hex 32`',
);

/** Least severe level that is logged; `info` when not set. */
export const logLevel = z
  .enum(['error', 'warn', 'info', 'debug'], { error: 'must be error, warn, info or debug' })
  .default('info');

/** `json`, one object a line, for machines; `pretty` for people, and the default when the output is a terminal. */
export const logFormat = z
  .enum(['json', 'pretty'], { error: 'must be json or pretty' })
  .default(() => (process.stdout.isTTY ? 'pretty' : 'json'));

/** A TCP port; 0 lets the system choose a free one. */
export function port(defaultPort: number) {
  return wholeNumber(0, 65_535).default(defaultPort);
}

/** A span of time, 1 ms to a day. */
export function milliseconds(defaultMs: number) {
  return wholeNumber(1, 86_400_000).default(defaultMs);
}

/** A count, 1 to 1,000,000. */
export function positiveInteger(defaultCount: number) {
  return wholeNumber(1, 1_000_000).default(defaultCount);
}

function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return matching(/^\d{1,15}$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message);
}

function matching(pattern: RegExp, message: string) {
  return z.string({ error: message }).regex(pattern, { error: message });
}

function address(protocols: readonly string[], message: string) {
  return z.string({ error: message }).refine((value) => {
    const url = URL.parse(value);
    return url !== null && protocols.includes(url.protocol) && url.hostname !== '';
  }, message);
}
