import { httpUrl, milliseconds, parseEnvironment, postgresUrl, runService } from '@rung/platform';
import { z } from 'zod';
import { playDays } from '../demo/day.ts';

/** A learner of the script waits 15 s for a question, which a scheduler has to notice before. */
const LONGEST_TICK_MS = 5_000;

const environment = z
  .object({
    DATABASE_URL: postgresUrl,
    SANDBOX_URL: httpUrl,
    TELEGRAM_API_ROOT: httpUrl,
    TICK_INTERVAL_MS: milliseconds(60_000).refine(
      (tickMs) => tickMs <= LONGEST_TICK_MS,
      `must be ${LONGEST_TICK_MS} at most for the script: put TICK_INTERVAL_MS=1000 into .env`,
    ),
  })
  .refine((env) => env.TELEGRAM_API_ROOT === env.SANDBOX_URL, {
    path: ['TELEGRAM_API_ROOT'],
    message: 'must be that of the sandbox: put TELEGRAM_API_ROOT=http://sandbox:8081 into .env',
  });

/** Plays a learner's days against services that run elsewhere, and exits 0 when each message was as it should be. */
await runService(async () => {
  const env = parseEnvironment(environment, process.env);
  await playDays({
    sandboxUrl: env.SANDBOX_URL,
    databaseUrl: env.DATABASE_URL,
    print: (line) => console.log(line),
  });
  console.log('All as it should be.');
});
