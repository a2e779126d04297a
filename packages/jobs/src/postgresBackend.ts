import { EventEmitter } from 'node:events';
import {
  isPgPool,
  type PgPool,
  type PgPoolClient,
  type PgQueryResult,
  PostgresConnection,
  PostgresQueueBackend,
  runMigrations,
} from 'bullmq';
import pg from 'pg';
import type { Backend } from './backend.ts';
import { queueNames } from './catalogue.ts';
import type { ConnectionLog } from './log.ts';

const schema = 'bullmq';
const searchPath = `-c search_path=${schema},public`;

/** More than a process has workers, each of which keeps one to listen on. */
const poolSize = 12;

/** Classes 08 (connection), 53 (out of resources) and 57P (shutting down, starting up) of PostgreSQL's error codes. */
const serverGone = /^(08|53|57P)|^E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|NOTFOUND|AI_AGAIN)$/;
const connectionGone = /connection terminated|timeout exceeded when trying to connect|query read timeout/i;

/** Queues in schema `bullmq` of a PostgreSQL database that `migrateQueues` has prepared, over one pool. */
export function makePostgresBackend(url: string, log: ConnectionLog): Backend {
  const pool = new QueuePool(url, log);

  return {
    async reachable() {
      try {
        await pool.query('SELECT FROM migration LIMIT 1');
      } catch (error) {
        if (!isUnprepared(error)) throw error;
        throw new Error('the queue has no tables yet: run npm run db:migrate', { cause: error });
      }
    },
    factory: (name, options, needs) =>
      new RestlessBackend(
        new PostgresConnection(pool),
        name,
        { ...options, connection: pool },
        true,
        needs?.withBlockingConnection ? name : undefined,
      ),
    async present(queue, jobIds) {
      const { rows } = await pool.query<{ id: string }>(
        'SELECT id FROM job WHERE queue = $1 AND id = ANY ($2)',
        [queue, jobIds],
      );
      return new Set(rows.map(({ id }) => id));
    },
    close: () => pool.end(),
  };
}

/** With TCP keepalive BullMQ trusts a LISTEN connection for an hour; one that died silently would leave a worker deaf. */
class RestlessBackend extends PostgresQueueBackend {
  override get maximumBlockTimeout(): number {
    return 10;
  }
}

/**
 * A pool that tells a lost connection in BullMQ's words. It waits and tries again after "Connection is closed."; any other
 * error it takes for the job's own failure or retries at once, and PostgreSQL's codes it does not know.
 */
class QueuePool extends EventEmitter implements PgPool {
  readonly #pool: PgPool;
  readonly #log: ConnectionLog;

  constructor(url: string, log: ConnectionLog) {
    super();
    this.#log = log;
    this.#pool = connectPool(url);
    this.#pool.on('error', (error) => log.trouble('postgres', error));
    // One listener for each queue and worker.
    this.setMaxListeners(50);
  }

  async query<R>(text: string, params: readonly unknown[] = []): Promise<PgQueryResult<R>> {
    try {
      return await this.#pool.query<R>(text, params);
    } catch (error) {
      throw this.#inBullmqWords(error);
    }
  }

  async connect(): Promise<PgPoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw this.#inBullmqWords(error);
    }
  }

  end(): Promise<void> {
    return this.#pool.end();
  }

  #inBullmqWords(error: unknown): unknown {
    if (!isConnectionError(error)) return error;
    this.#log.trouble('postgres', error);
    return new Error('Connection is closed.', { cause: error });
  }
}

function connectPool(url: string): PgPool {
  const pool: unknown = new pg.Pool({
    connectionString: url,
    options: searchPath,
    application_name: 'rung-jobs',
    max: poolSize,
    keepAlive: true,
    connectionTimeoutMillis: 5000,
    query_timeout: 10_000,
  });
  // BullMQ describes a pool in types of its own, which those of pg do not fit.
  if (!isPgPool(pool)) throw new TypeError('pg.Pool is not the pool that BullMQ knows');
  return pool;
}

/** 42P01: no such table, that of BullMQ's migrations. */
function isUnprepared(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42P01';
}

function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return serverGone.test(code) || connectionGone.test(error.message);
}

/**
 * Creates or updates BullMQ's tables and functions, with everything that it would otherwise create on first use: the
 * services' role cannot do DDL. Needs a role that can. Does nothing for a Redis address.
 */
export async function migrateQueues(url: string): Promise<void> {
  if (!isPostgres(url)) return;
  const client = new pg.Client({ connectionString: url, options: searchPath });
  await client.connect();
  try {
    await runMigrations(client, schema);
    for (const name of queueNames) await client.query('SELECT next_job_id($1)', [name]);
  } finally {
    await client.end();
  }
}

/** Whether the address of a queue names PostgreSQL; else it is Redis. */
export function isPostgres(url: string): boolean {
  return /^postgres(ql)?:/.test(url);
}
