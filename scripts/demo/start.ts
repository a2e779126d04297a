import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lifecycle } from '@rung/platform';
import { botIdOf } from '@rung/platform';
import { serveNextDay } from '../stack/nextDay.ts';
import { freePort } from '../stack/ports.ts';
import { startPostgres } from '../stack/postgres.ts';
import { type Stack, type StackOptions, startStack } from '../stack/stack.ts';
import { pairUp } from './kept.ts';
import { claimFolder } from './onlyOne.ts';
import type { Options } from './options.ts';
import type { RealBot } from './realBot.ts';

export interface Demo {
  readonly options: Options;
  /** Instead of the sandbox. */
  readonly bot: RealBot | undefined;
  /** Where what is kept from one time to the next is; a script keeps nothing. */
  readonly folder: string;
  /** Everything that starts here is stopped by it. */
  readonly life: Lifecycle;
  /** Tells the person at the terminal. */
  readonly say: (text: string) => void;
  readonly onOutput: (service: string, text: string) => void;
}

const TICK_MS = 1_000;
/** Where the chat page is when that port is free, so that an open tab finds it again. */
const PAGE_PORT = 8081;

/**
 * Starts PostgreSQL, the sandbox and the services. Throws AlreadyRunning when another demo has the folder, and the
 * reason of `life.stopping` when that came first.
 */
export async function startDemo(demo: Demo): Promise<Stack> {
  const { options, bot, folder, life, say, onOutput } = demo;
  let stack: Stack | undefined;
  const nextDay = await hold(
    serveNextDay(() => stack?.ownerUrl),
    (server) => server.close(),
  );
  const sandbox = { nextDayUrl: nextDay.url };
  const { postgresUrl, ...site } = options.script ? await passing() : await kept();

  say('Loading the questions, starting the services');
  const starting = startStack({
    postgresUrl,
    database: 'rung',
    tickIntervalMs: TICK_MS,
    env: { LOG_FORMAT: 'pretty', LOG_LEVEL: options.script ? 'warn' : 'info' },
    onOutput,
    ...(bot === undefined ? sandbox : { telegram: bot }),
    ...site,
  });
  stack = await hold(starting, (running) => running.stop());
  return stack;

  async function passing(): Promise<Pick<StackOptions, 'postgresUrl'>> {
    say('Starting PostgreSQL');
    const postgres = await hold(startPostgres({ durable: false, say }), (server) => server.stop());
    return { postgresUrl: postgres.url };
  }

  async function kept(): Promise<Pick<StackOptions, 'postgresUrl'> & Partial<StackOptions>> {
    const where = () => (bot === undefined ? (stack?.sandboxUrl ?? '') : 'it talks to Telegram');
    await mkdir(folder, { recursive: true });
    await hold(claimFolder(folder, where), (claim) => claim.release());

    say('Starting PostgreSQL');
    const starting = startPostgres({ durable: true, dataDir: join(folder, 'postgres'), say });
    const { url: postgresUrl } = await hold(starting, (server) => server.stop());
    const database = bot === undefined ? 'rung' : `rung_bot_${botIdOf(bot.token)}`;
    const chatsFile = bot === undefined ? join(folder, 'sandbox.jsonl') : undefined;
    const found = await pairUp({ postgresUrl, database, chatsFile, fresh: options.fresh });
    if (found !== undefined) say(found);
    return {
      postgresUrl,
      database,
      ...(chatsFile && { sandboxDataFile: chatsFile, sandboxPort: await freePort(PAGE_PORT) }),
    };
  }

  /** Waits for what is starting. A Ctrl-C meanwhile waits for it too, and then stops it. */
  async function hold<T>(starting: Promise<T>, stop: (started: T) => Promise<void>): Promise<T> {
    life.defer('a part of the demo', () => starting.then(stop, () => undefined));
    const started = await starting;
    life.stopping.throwIfAborted();
    return started;
  }
}
