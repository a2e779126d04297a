import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { type ServiceProcess, startService } from './child.ts';
import { freePort } from './ports.ts';
import { loadBankInto, migrateAll } from './prepare.ts';

/** The parts of Rung that run as processes of their own. */
export type Service = 'gateway' | 'scheduler' | 'worker';

/** A token of the shape that Telegram gives out, good for the sandbox only. */
export const SANDBOX_TOKEN = '700000001:sandbox-token-that-opens-nothing-00000';
export const SANDBOX_SECRET = 'sandbox-webhook-secret';

export interface StackOptions {
  /** A superuser's address; the stack makes its database and a role without DDL there. */
  readonly postgresUrl: string;
  readonly database: string;
  /** Default: the same PostgreSQL. */
  readonly queueUrl?: string;
  readonly tickIntervalMs: number;
  readonly messagesPerSecond?: number;
  readonly loadBank?: boolean;
  /** Variables on top, for every service. */
  readonly env?: NodeJS.ProcessEnv;
  /** Gets what the services print. */
  readonly onOutput?: (service: string, text: string) => void;
  /** A real bot instead of the sandbox: its updates are polled. */
  readonly telegram?: { readonly token: string; readonly apiRoot: string };
  /** Where the sandbox keeps learners and counters; without it they are forgotten. */
  readonly sandboxDataFile?: string;
  readonly sandboxPort?: number;
  readonly nextDayUrl?: string;
}

/** Rung as it runs: sandbox, gateway, scheduler and worker, each a process, against one database and one queue. */
export interface Stack {
  /** For the services: no DDL. */
  readonly databaseUrl: string;
  /** For migrations and for looking inside. */
  readonly ownerUrl: string;
  readonly queueUrl: string;
  readonly sandboxUrl: string;
  readonly webhookUrl: string;
  readonly opsPorts: Readonly<Record<Service, number>>;
  /** A running service; undefined after it was stopped or killed. */
  process(service: Service): ServiceProcess | undefined;
  /** Starts a service (again) on the ports it had; more replicas get ports of their own. */
  start(service: Service, replica?: number): Promise<ServiceProcess>;
  /** Ends a service at once, as by SIGKILL. */
  kill(service: Service): Promise<void>;
  stop(): Promise<void>;
}

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The address of `database` at the server of `url`, for the role of `url` or another. */
function databaseUrlOf(url: string, database: string, role?: { name: string; password: string }): string {
  const address = new URL(url);
  address.pathname = `/${database}`;
  if (role !== undefined) {
    address.username = role.name;
    address.password = role.password;
  }
  return address.href;
}

const SERVICES_ROLE = { name: 'rung_services', password: 'rung_services' };

/** Makes the database, unless it is there, and the role that services log in with; returns both addresses. */
export async function ensureDatabase(
  postgresUrl: string,
  database: string,
): Promise<{ ownerUrl: string; databaseUrl: string }> {
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    const { name, password } = SERVICES_ROLE;
    await client.query(`SELECT pg_advisory_lock(hashtext('rung.stack'))`);
    const role = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
    if (role.rowCount === 0) await client.query(`CREATE ROLE ${name} LOGIN PASSWORD '${password}'`);
    const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${database}`);
  } finally {
    await client.end();
  }
  return {
    ownerUrl: databaseUrlOf(postgresUrl, database),
    databaseUrl: databaseUrlOf(postgresUrl, database, SERVICES_ROLE),
  };
}

/** Brings everything up and resolves when every service is ready. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { ownerUrl, databaseUrl } = await ensureDatabase(options.postgresUrl, options.database);
  const queueUrl = options.queueUrl ?? databaseUrl;
  await migrateAll({ databaseUrl, migrationDatabaseUrl: ownerUrl, queueUrl });
  if (options.loadBank ?? true) await loadBankInto(ownerUrl);

  const webhookPort = await freePort();
  const opsPorts = { gateway: await freePort(), scheduler: await freePort(), worker: await freePort() };
  const sandboxPort = options.sandboxPort ?? (await freePort());
  const webhookUrl = `http://127.0.0.1:${webhookPort}/telegram/webhook`;
  const running = new Map<string, ServiceProcess>();
  const common = {
    DATABASE_URL: databaseUrl,
    QUEUE_URL: queueUrl,
    TELEGRAM_BOT_TOKEN: options.telegram?.token ?? SANDBOX_TOKEN,
    TELEGRAM_API_ROOT: options.telegram?.apiRoot ?? `http://127.0.0.1:${sandboxPort}`,
    TELEGRAM_UPDATES: options.telegram === undefined ? 'webhook' : 'polling',
    TELEGRAM_WEBHOOK_SECRET: SANDBOX_SECRET,
    TELEGRAM_MESSAGES_PER_SECOND: String(options.messagesPerSecond ?? 25),
    TICK_INTERVAL_MS: String(options.tickIntervalMs),
    ...options.env,
  };

  const run = async (
    name: string,
    entry: string,
    env: NodeJS.ProcessEnv,
    opsPort?: number,
  ): Promise<ServiceProcess> => {
    const { onOutput } = options;
    const service = await startService({
      name,
      entry: root(entry),
      env,
      ...(opsPort === undefined ? {} : { opsPort }),
      ...(onOutput === undefined ? {} : { onOutput: (text: string) => onOutput(name, text) }),
    });
    running.set(name, service);
    return service;
  };
  const start = async (service: Service, replica = 0): Promise<ServiceProcess> => {
    const opsPort = replica === 0 ? opsPorts[service] : await freePort();
    const name = replica === 0 ? service : `${service}-${replica}`;
    const port = service === 'gateway' ? { PORT: String(webhookPort) } : {};
    const env = { ...common, ...port, OPS_PORT: String(opsPort) };
    return run(name, `services/${service}/src/main.ts`, env, opsPort);
  };
  const stop = async (): Promise<void> => {
    // The worker last but one: it finishes what the others have enqueued.
    const order = [...running.keys()].sort((a, b) => rank(a) - rank(b));
    for (const name of order) await running.get(name)?.stop();
    running.clear();
  };

  try {
    if (options.telegram === undefined) {
      const sandbox = {
        PORT: String(sandboxPort),
        TELEGRAM_BOT_TOKEN: SANDBOX_TOKEN,
        TELEGRAM_WEBHOOK_SECRET: SANDBOX_SECRET,
        SANDBOX_WEBHOOK_URL: webhookUrl,
        SANDBOX_NEXT_DAY_URL: options.nextDayUrl,
        SANDBOX_DATA_FILE: options.sandboxDataFile,
      };
      await run('sandbox', 'packages/sandbox/src/main.ts', sandbox);
    }
    await Promise.all([start('gateway'), start('scheduler'), start('worker')]);
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    databaseUrl,
    ownerUrl,
    queueUrl,
    sandboxUrl: `http://127.0.0.1:${sandboxPort}`,
    webhookUrl,
    opsPorts,
    process: (service) => running.get(service),
    start,
    async kill(service) {
      await running.get(service)?.kill();
      running.delete(service);
    },
    stop,
  };
}

function rank(name: string): number {
  return ['gateway', 'scheduler', 'worker', 'sandbox'].findIndex((service) => name.startsWith(service));
}
