import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { ServiceProcess } from '../stack/child.ts';
import { type PostgresOptions, type PostgresServer, startPostgres } from '../stack/postgres.ts';
import { type RedisServer, startRedis } from '../stack/redis.ts';
import { type Service, type Stack, startStack } from '../stack/stack.ts';
import type { Conditions } from './faultCase.ts';

/** A whole stack on servers of its own, which may be stopped, killed and started again. */
export interface Site {
  readonly stack: Stack;
  /** One statement as the owner of the database. */
  sql<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** A session of its own as the owner, for locks. */
  session(): Promise<pg.Client>;
  readonly postgres: {
    stop(mode: 'fast' | 'immediate'): Promise<void>;
    /** Comes back at the same address with the same data. */
    start(): Promise<void>;
  };
  /** The queue's Redis; throws when the queue is PostgreSQL. */
  redis(): RedisServer;
  /** Starts a Redis that has ended at the same address: with what its append-only file kept, or with nothing. */
  startRedis(keep: 'kept' | 'emptied'): Promise<void>;
  /** The running service; throws when it does not run. */
  service(name: Service): ServiceProcess;
  /** SIGKILL, and another one in its place once it is gone. */
  killAndRestart(name: Service): Promise<void>;
  /** How many lines the services have logged that contain `text`. */
  logged(text: string): number;
  close(): Promise<void>;
}

export interface SiteOptions {
  /** False trades what survives a crash of the machine for speed; a server that is stopped `immediate` wants true (false). */
  readonly durable?: boolean;
  /** Broadcast budget (500): that of Telegram would make every case a test of patience. */
  readonly messagesPerSecond?: number;
  /** Variables on top, for every service. */
  readonly env?: NodeJS.ProcessEnv;
  /** Another PostgreSQL than the one from npm, and settings on top. */
  readonly postgres?: Pick<PostgresOptions, 'programs' | 'settings'>;
}

const TICK_MS = 1_000;

/** Brings a site up with everything ready. Close it, whatever happens. */
async function openSite(conditions: Conditions, options: SiteOptions = {}): Promise<Site> {
  const { queue, logFile } = conditions;
  const { durable = false, messagesPerSecond = 500, env = {}, postgres: ofServer = {} } = options;
  const folder = await mkdtemp(join(tmpdir(), 'rung-chaos-'));
  // PostgreSQL runs as another user when this is root, and mkdtemp lets nobody else in.
  const base = `${folder}-postgres`;
  const log = logFile === undefined ? undefined : createWriteStream(logFile, { flags: 'a' });
  const output: string[] = [];
  const keep = (service: string, text: string): void => {
    output.push(text);
    log?.write(text.replaceAll(/^(?=.)/gm, `${service} `));
  };

  let postgres: PostgresServer | undefined;
  let redis: RedisServer | null = null;
  let stack: Stack | undefined;
  let pool: pg.Pool | undefined;
  const close = async (): Promise<void> => {
    redis?.thaw();
    await stack?.stop();
    await pool?.end();
    await redis?.stop();
    await postgres?.stop();
    log?.end();
    for (const path of [folder, base, ...(postgres === undefined ? [] : [postgres.dataDir])]) {
      await rm(path, { recursive: true, force: true });
    }
  };

  try {
    const say = () => undefined;
    const first = await startPostgres({ ...ofServer, durable, dataDir: join(base, 'data'), say });
    postgres = first;
    if (queue === 'redis') redis = await startRedis({ dir: folder, appendOnly: true });
    if (queue === 'redis' && redis === null) throw new Error('no redis-server on PATH');
    const running = await startStack({
      postgresUrl: first.url,
      database: 'rung',
      ...(redis === null ? {} : { queueUrl: redis.url }),
      tickIntervalMs: TICK_MS,
      messagesPerSecond,
      env: { LOG_LEVEL: 'warn', LOG_FORMAT: 'json', ...env },
      onOutput: keep,
    });
    stack = running;
    const own = new pg.Pool({ connectionString: running.ownerUrl, max: 4, application_name: 'chaos' });
    // Ended by a fault; the next question gets a new connection.
    own.on('error', () => undefined);
    pool = own;

    return {
      stack: running,
      sql: async (text, values = []) => (await own.query(text, [...values])).rows,
      async session() {
        const client = new pg.Client({ connectionString: running.ownerUrl });
        client.on('error', () => undefined);
        await client.connect();
        return client;
      },
      postgres: {
        stop: async (mode) => postgres?.stop(mode),
        async start() {
          const { dataDir, port } = first;
          postgres = await startPostgres({ ...ofServer, durable, dataDir, port, say });
        },
      },
      redis() {
        if (redis === null) throw new Error('the queue of this site is PostgreSQL');
        return redis;
      },
      async startRedis(kept) {
        if (kept === 'emptied') await rm(join(folder, 'appendonlydir'), { recursive: true, force: true });
        const { port } = redis ?? {};
        redis = await startRedis({ dir: folder, appendOnly: true, ...(port === undefined ? {} : { port }) });
      },
      service: (name) => serviceOf(running, name),
      async killAndRestart(name) {
        await running.kill(name);
        await running.start(name);
      },
      logged: (text) =>
        output
          .join('')
          .split('\n')
          .filter((line) => line.includes(text)).length,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function serviceOf(stack: Stack, name: Service): ServiceProcess {
  const service = stack.process(name);
  if (service === undefined || service.exit() !== undefined) throw new Error(`${name} does not run`);
  return service;
}

/** Runs `work` on a site that is closed afterwards. */
export async function withSite<T>(
  conditions: Conditions,
  options: SiteOptions,
  work: (site: Site) => Promise<T>,
): Promise<T> {
  const site = await openSite(conditions, options);
  try {
    return await work(site);
  } finally {
    await site.close();
  }
}
