import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  httpUrl,
  makeLifecycle,
  makeLogger,
  parseEnvironment,
  runService,
  telegramToken,
} from '@rung/platform';
import { z } from 'zod';
import { playDays } from './demo/day.ts';
import { serveNextDay } from './stack/nextDay.ts';
import { freePort } from './stack/ports.ts';
import { startPostgres } from './stack/postgres.ts';
import { type Stack, startStack } from './stack/stack.ts';

const USAGE = `npm run demo                  a chat with Rung in your browser; Ctrl-C ends it
npm run demo -- --script      plays a learner's days by itself and prints them
npm run demo -- --telegram    talks to the real Telegram, with TELEGRAM_BOT_TOKEN from .env
npm run demo -- --fresh       begins with an empty database`;

const TICK_MS = 1_000;
const dataFolder = resolve(fileURLToPath(new URL('../.data', import.meta.url)));
const realBot = z.object({
  TELEGRAM_BOT_TOKEN: telegramToken,
  TELEGRAM_API_ROOT: httpUrl.default('https://api.telegram.org'),
});

await runService(async () => {
  const { values } = parseArgs({
    options: {
      script: { type: 'boolean', default: false },
      telegram: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const bot = values.telegram ? readBot() : undefined;

  const logger = makeLogger({ service: 'demo', level: 'warn', format: 'pretty', secrets: [] });
  const life = makeLifecycle({ graceMs: 40_000, logger });
  life.onSignals();
  await mkdir(dataFolder, { recursive: true });

  step('Starting PostgreSQL');
  // A script's days are its own: they neither see nor leave anything.
  const kept = !values.script;
  const postgres = await startPostgres({
    durable: kept,
    say: step,
    ...(kept ? { dataDir: join(dataFolder, values.fresh ? `postgres-${Date.now()}` : 'postgres') } : {}),
  });
  life.defer('postgres', () => postgres.stop());

  let stack: Stack | undefined;
  const nextDay = await serveNextDay(() => stack?.ownerUrl);
  life.defer('next day', () => nextDay.close());
  step('Migrating, loading the bank, starting the services');
  stack = await startStack({
    postgresUrl: postgres.url,
    database: 'rung',
    tickIntervalMs: TICK_MS,
    env: { LOG_FORMAT: 'pretty', LOG_LEVEL: values.script ? 'warn' : 'info' },
    onOutput: (service, text) => process.stderr.write(text.replace(/^(?=.)/gm, `${service.padEnd(9)} `)),
    ...(bot === undefined
      ? { nextDayUrl: nextDay.url, ...(values.script ? {} : await keptSandbox()) }
      : { telegram: { token: bot.TELEGRAM_BOT_TOKEN, apiRoot: bot.TELEGRAM_API_ROOT } }),
  });
  const { stop, sandboxUrl, ownerUrl } = stack;
  life.defer('services', stop);

  if (values.script) {
    await playDays({ sandboxUrl, databaseUrl: ownerUrl, print: (line) => console.log(line) });
    await life.shutdown('the days are played');
    console.log('All as it should be.');
    process.exit(0);
  }
  step(
    bot === undefined
      ? `Ready. Open ${sandboxUrl} and send /start. Ctrl-C ends it.`
      : 'Ready. Send /start to your bot. Ctrl-C ends it.',
  );
});

function step(text: string): void {
  console.log(`\u001b[1m${text}\u001b[0m`);
}

/** The chat page where it was the last time, when that port is free. */
async function keptSandbox(): Promise<{ sandboxPort: number; sandboxDataFile: string }> {
  const port = await freePort(8081);
  return { sandboxPort: port, sandboxDataFile: join(dataFolder, 'sandbox.json') };
}

function readBot(): z.infer<typeof realBot> {
  try {
    process.loadEnvFile();
  } catch {
    // Without a file the variables may still be set.
  }
  return parseEnvironment(realBot, process.env);
}
