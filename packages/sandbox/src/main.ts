import { z } from 'zod';
import { startSandbox } from './index.ts';

/** An empty variable counts as one that is not set. */
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

const environment = z
  .object({
    PORT: z.preprocess(
      (value) => (value === '' ? undefined : value),
      z.coerce.number().int().min(0).max(65_535).default(8081),
    ),
    SANDBOX_HOST: optional(z.string()),
    TELEGRAM_BOT_TOKEN: z.string('is required').regex(/^\d+:.+/, 'must look like 123456:secret'),
    SANDBOX_WEBHOOK_URL: optional(z.url({ protocol: /^https?$/, error: 'must be an http or https address' })),
    TELEGRAM_WEBHOOK_SECRET: optional(
      z.string().regex(/^[A-Za-z0-9_-]{1,256}$/, 'must be 1 to 256 of A-Za-z0-9_-'),
    ),
    SANDBOX_NEXT_DAY_URL: optional(
      z.url({ protocol: /^https?$/, error: 'must be an http or https address' }),
    ),
    SANDBOX_DATA_FILE: optional(z.string()),
  })
  .refine((env) => env.SANDBOX_WEBHOOK_URL === undefined || env.TELEGRAM_WEBHOOK_SECRET !== undefined, {
    path: ['TELEGRAM_WEBHOOK_SECRET'],
    message: 'is required with SANDBOX_WEBHOOK_URL',
  });

const parsed = environment.safeParse(process.env);
if (!parsed.success) {
  for (const { path, message } of parsed.error.issues)
    process.stderr.write(`${path.join('.')}: ${message}\n`);
  process.exit(1);
}
const env = parsed.data;

const sandbox = await startSandbox({
  port: env.PORT,
  ...(env.SANDBOX_HOST ? { host: env.SANDBOX_HOST } : {}),
  token: env.TELEGRAM_BOT_TOKEN,
  ...(env.SANDBOX_WEBHOOK_URL && env.TELEGRAM_WEBHOOK_SECRET
    ? { webhook: { url: env.SANDBOX_WEBHOOK_URL, secret: env.TELEGRAM_WEBHOOK_SECRET } }
    : {}),
  ...(env.SANDBOX_NEXT_DAY_URL ? { nextDayUrl: env.SANDBOX_NEXT_DAY_URL } : {}),
  ...(env.SANDBOX_DATA_FILE ? { dataFile: env.SANDBOX_DATA_FILE } : {}),
});
process.stdout.write(`Telegram sandbox is listening on ${sandbox.url}\n`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void sandbox.close());
