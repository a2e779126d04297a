import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeBotApi } from './botApi/botApi.ts';
import { CallLog } from './botApi/callLog.ts';
import { Faults } from './faults/faults.ts';
import { makeApp } from './http/app.ts';
import { EventStream } from './http/eventStream.ts';
import { World } from './state/world.ts';
import { Webhook } from './updates/webhook.ts';

const WEBHOOK_CONNECTIONS = 40;
/** Longer than clients pause between calls, so that no call meets a connection that is just being closed. */
const KEEP_ALIVE_MS = 75_000;

/** How to start a sandbox. */
export interface SandboxOptions {
  /** TCP port; 0 takes a free one. */
  port: number;
  /** Address to listen on (127.0.0.1). */
  host?: string;
  /** The bot's token, `<bot id>:<secret>`; any other is answered with 401. */
  token: string;
  /** Where updates are posted. Without it the bot polls or sets a webhook itself. */
  webhook?: { url: string; secret: string };
  /** Gets `{userId}` when somebody asks for the next day; without it there is none. */
  nextDayUrl?: string;
  /** Keeps learners, messages and ids across restarts; without it everything starts anew. */
  dataFile?: string;
  /** Milliseconds since the epoch; tests move it (Date.now). */
  clock?: () => number;
}

/** A sandbox that is listening. `close` ends every connection, at once. */
export interface Sandbox {
  url: string;
  close(): Promise<void>;
}

/**
 * Starts an emulator of the Telegram Bot API with a chat page at its address.
 *
 * @throws when the port is taken, the data file cannot be read, or the token does not start with a bot id.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { port, host = '127.0.0.1', token, nextDayUrl, dataFile, clock = Date.now } = options;
  const bot = { id: botIdOf(token), first_name: 'Rung', username: 'rung_sandbox_bot' };
  const world = new World({ bot, now: clock, dataFile });
  const faults = new Faults(clock);
  const calls = new CallLog();
  const events = new EventStream(world);
  const webhook = new Webhook({ updates: world.updates, faults, now: clock });
  const botApi = makeBotApi({ token, world, webhook, faults, calls });
  const app = makeApp({ world, faults, calls, events, nextDayUrl });

  const server = createServer((request, response) => {
    if (request.url?.startsWith('/bot')) void botApi(request, response);
    else app(request, response);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  }).catch((error: unknown) => {
    world.close();
    throw error;
  });
  if (options.webhook) webhook.set({ ...options.webhook, maxConnections: WEBHOOK_CONNECTIONS });

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${portOf(server.address())}`,
    async close() {
      webhook.set(undefined);
      events.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      world.close();
    },
  };
}

function botIdOf(token: string): number {
  const id = /^(\d+):./.exec(token)?.[1];
  if (id === undefined) throw new Error('The bot token must look like 123456:secret');
  return Number(id);
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}
