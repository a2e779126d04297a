import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect, styleText } from 'node:util';
import { EnvironmentError, type Lifecycle, makeLifecycle, makeLogger, runService } from '@rung/platform';
import { botIdOf } from '@rung/telegram';
import { playDays } from './demo/day.ts';
import { pairUp } from './demo/kept.ts';
import { AlreadyRunning, claimFolder } from './demo/onlyOne.ts';
import { type Options, readOptions, USAGE } from './demo/options.ts';
import { type RealBot, readRealBot } from './demo/realBot.ts';
import { serveNextDay } from './stack/nextDay.ts';
import { freePort } from './stack/ports.ts';
import { startPostgres } from './stack/postgres.ts';
import { type Stack, startStack } from './stack/stack.ts';

const TICK_MS = 1_000;
const dataFolder = fileURLToPath(new URL('../.data', import.meta.url));

await runService(async () => {
  const options = optionsOrUsage();
  if (options.help) return console.log(USAGE);
  const bot = options.telegram ? readRealBot() : undefined;

  const logger = makeLogger({ service: 'demo', level: 'warn', format: 'pretty', secrets: [] });
  const life = makeLifecycle({ graceMs: 40_000, logger });
  life.onSignals();
  life.stopping.addEventListener('abort', () => step('Stopping'));
  try {
    await (options.script ? playScript(life) : runDemo(life, options, bot));
  } catch (error) {
    // What was still starting when Ctrl-C came has nothing more to say.
    if (life.stopping.aborted) return;
    if (error instanceof EnvironmentError) throw error;
    console.error(error instanceof AlreadyRunning ? error.message : `The demo failed: ${inspect(error)}`);
    await life.shutdown('failed');
    process.exit(1);
  }
});

/** Everything that is kept from one time to the next, until Ctrl-C. */
async function runDemo(life: Lifecycle, options: Options, bot: RealBot | undefined): Promise<void> {
  let stack: Stack | undefined;
  const address = () => (bot === undefined ? (stack?.sandboxUrl ?? '') : 'it talks to Telegram');
  await mkdir(dataFolder, { recursive: true });
  await hold(life, claimFolder(dataFolder, address), (claim) => claim.release());

  step('Starting PostgreSQL');
  const starting = startPostgres({ durable: true, dataDir: join(dataFolder, 'postgres'), say: step });
  const { url: postgresUrl } = await hold(life, starting, (postgres) => postgres.stop());
  const database = bot === undefined ? 'rung' : `rung_bot_${botIdOf(bot.token)}`;
  const chatsFile = bot === undefined ? join(dataFolder, 'sandbox.jsonl') : undefined;
  const found = await pairUp({ postgresUrl, database, chatsFile, fresh: options.fresh });
  if (found !== undefined) step(found);

  const nextDay = await hold(
    life,
    serveNextDay(() => stack?.ownerUrl),
    (server) => server.close(),
  );
  step('Loading the questions, starting sandbox, gateway, scheduler and worker');
  const site = { postgresUrl, database, tickIntervalMs: TICK_MS, env: { LOG_FORMAT: 'pretty' }, onOutput };
  const end = chatsFile === undefined ? {} : await sandboxAt(chatsFile);
  stack = await hold(
    life,
    startStack({ ...site, ...end, ...(bot === undefined ? { nextDayUrl: nextDay.url } : { telegram: bot }) }),
    (running) => running.stop(),
  );

  const seconds = (performance.now() / 1000).toFixed(0);
  if (bot !== undefined) return step(`Ready after ${seconds} s. Send /start to your bot. Ctrl-C ends it.`);
  step(`Ready after ${seconds} s: ${styleText('underline', stack.sandboxUrl)}`);
  console.log('Open it, add a learner and press Start. "Next day" brings the next question. Ctrl-C ends it.');
}

/** A learner's days in a sandbox of their own: they neither see nor leave anything. */
async function playScript(life: Lifecycle): Promise<void> {
  step('Starting PostgreSQL');
  const postgres = await hold(life, startPostgres({ durable: false, say: step }), (server) => server.stop());
  let ownerUrl: string | undefined;
  const nextDay = await hold(
    life,
    serveNextDay(() => ownerUrl),
    (server) => server.close(),
  );
  step('Loading the questions, starting sandbox, gateway, scheduler and worker');
  const starting = startStack({
    postgresUrl: postgres.url,
    database: 'rung',
    tickIntervalMs: TICK_MS,
    nextDayUrl: nextDay.url,
    env: { LOG_FORMAT: 'pretty', LOG_LEVEL: 'warn' },
    onOutput: (service, text) => service !== 'sandbox' && onOutput(service, text),
  });
  const stack = await hold(life, starting, (running) => running.stop());
  ownerUrl = stack.ownerUrl;
  await playDays({
    sandboxUrl: stack.sandboxUrl,
    databaseUrl: ownerUrl,
    print: (line) => console.log(line),
  });
  await life.shutdown('the days are played');
  console.log('All as it should be.');
  process.exit(0);
}

/** Waits for what is starting. A Ctrl-C meanwhile waits for it too, and stops it. */
async function hold<T>(
  life: Lifecycle,
  starting: Promise<T>,
  stop: (started: T) => Promise<void>,
): Promise<T> {
  life.defer('part of the demo', () => starting.then(stop, () => undefined));
  const started = await starting;
  life.stopping.throwIfAborted();
  return started;
}

/** The chat page is where it was the last time, when that port is free. */
async function sandboxAt(sandboxDataFile: string): Promise<{ sandboxPort: number; sandboxDataFile: string }> {
  return { sandboxPort: await freePort(8081), sandboxDataFile };
}

function optionsOrUsage(): Options {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    return process.exit(1);
  }
}

function onOutput(service: string, text: string): void {
  process.stderr.write(text.replace(/^(?=.)/gm, `${service.padEnd(9)} `));
}

function step(text: string): void {
  console.log(styleText('bold', text));
}
