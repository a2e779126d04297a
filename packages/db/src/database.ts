import { createHash } from 'node:crypto';
import pg from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import { entities } from './entities/index.ts';
import { migrations } from './migrations/index.ts';

/** Runs one parameterised statement and returns its rows. Statements are prepared once per connection. */
export type Sql = <Row = unknown>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

/** One connection inside a transaction: raw SQL, and TypeORM's manager for plain reads and writes of entities. */
export interface Transaction {
  readonly sql: Sql;
  readonly manager: EntityManager;
}

export interface Database {
  /** One statement on any connection of the pool. */
  readonly sql: Sql;
  /** TypeORM's manager outside of a transaction. */
  readonly manager: EntityManager;
  /** Runs `work` in one READ COMMITTED transaction: commits what it did, or rolls back and throws its error. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** The same database, with its statements counted for `store` in `onQuery`. */
  scoped(store: string): Database;
  /** Connections of the pool by state, for `rung_db_pool_connections`. */
  pool(): { active: number; idle: number; waiting: number };
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Most connections that this process opens (10). */
  readonly poolSize?: number;
  /** How long a caller waits for a connection before it gets an error (5,000 ms). */
  readonly connectTimeoutMs?: number;
  /**
   * The longest that one statement may run (15,000 ms; 0 for no limit). A second later a server that has said nothing
   * counts as out of reach: the statement fails and its connection is given up.
   */
  readonly statementTimeoutMs?: number;
  /** Told about connections that break while idle; without it they would end the process. */
  readonly onError?: (error: Error) => void;
  /**
   * Told how long each statement of a store took, in seconds, for `rung_db_query_duration_seconds`, and its text, in which
   * parameters stand for all values.
   */
  readonly onQuery?: (store: string, seconds: number, text: string) => void;
  /** Runs each transaction of a store, so that it can be seen as a whole. Has to return what `run` does. */
  readonly aroundTransaction?: <T>(store: string, run: () => Promise<T>) => Promise<T>;
}

const OUT_OF_REACH_AFTER_MS = 1_000;

/** A transaction waits for nothing but its own next statement. */
const IDLE_IN_TRANSACTION_MS = 10_000;

/** The DataSource that `connectDatabase` opens; also what migrations run on. */
export function makeDataSource(options: DatabaseOptions): DataSource {
  const { statementTimeoutMs = 15_000 } = options;
  return new DataSource({
    type: 'postgres',
    url: options.url,
    entities,
    migrations,
    migrationsTableName: 'schema_migrations',
    poolSize: options.poolSize ?? 10,
    connectTimeoutMS: options.connectTimeoutMs ?? 5_000,
    applicationName: 'rung',
    poolErrorHandler: (error: Error) => options.onError?.(error),
    extra: {
      types: { getTypeParser },
      statement_timeout: statementTimeoutMs,
      // A node that is gone in mid-transaction must not hold its locks for as long as TCP hopes.
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      // Without it a connection that died silently holds its caller for as long as TCP hopes: a quarter of an hour.
      query_timeout: statementTimeoutMs === 0 ? 0 : statementTimeoutMs + OUT_OF_REACH_AFTER_MS,
      keepAlive: true,
      // The end of one statement and of the connection may come in one packet, when the next user has the connection
      // already and does not yet listen: the event would end the process. Its next statement gets the error.
      onConnect: (client: pg.PoolClient) => void client.on('error', ignoreBrokenConnection),
    },
  });
}

/** Connects; throws when the database cannot be reached. Idle connections that break are replaced by themselves. */
export async function connectDatabase(options: DatabaseOptions): Promise<Database> {
  const source = await makeDataSource(options).initialize();
  const pool = poolOf(source);
  const scoped = (store: string): Database => {
    const onQuery: OnQuery = (seconds, text) => options.onQuery?.(store, seconds, text);
    const { aroundTransaction = (_store, run) => run() } = options;
    return {
      sql: statementsOf(pool, onQuery),
      manager: source.manager,
      transaction: (work) => aroundTransaction(store, () => inTransaction(source, onQuery, work)),
      scoped,
      pool: () => ({
        active: pool.totalCount - pool.idleCount,
        idle: pool.idleCount,
        waiting: pool.waitingCount,
      }),
      close: () => source.destroy(),
    };
  };
  return scoped('other');
}

type OnQuery = (seconds: number, text: string) => void;

async function inTransaction<T>(
  source: DataSource,
  onQuery: OnQuery,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const runner = source.createQueryRunner();
  let connection: pg.PoolClient | undefined;
  try {
    connection = await runner.connect();
    if (connection === undefined) throw new Error('no connection to the database');
    const sql = statementsOf(connection, onQuery);
    await runner.startTransaction();
    const result = await work({ sql, manager: runner.manager });
    await runner.commitTransaction();
    return result;
  } catch (error) {
    // The connection may be what broke; the first error is the one that says so.
    if (isOutOfReach(error)) endWithoutGoodbye(connection);
    else if (runner.isTransactionActive) await runner.rollbackTransaction().catch(ignoreBrokenConnection);
    throw error;
  } finally {
    await runner.release();
  }
}

/** What pg throws when `query_timeout` is over. */
function isOutOfReach(error: unknown): boolean {
  return error instanceof Error && /query read timeout/i.test(error.message);
}

/** The pool takes no connection back that was ended; back in it, a silent one would hold up the next caller as well. */
function endWithoutGoodbye(connection: pg.PoolClient | undefined): void {
  // A pool's clients have it, though their type does not say so.
  const client: Partial<pg.Client> | undefined = connection;
  client?.end?.().catch(ignoreBrokenConnection);
}

function ignoreBrokenConnection(): void {
  // PostgreSQL rolls back by itself when a connection ends.
}

function poolOf(source: DataSource): pg.Pool {
  return (source.driver as unknown as { master: pg.Pool }).master;
}

const names = new Map<string, string>();

function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = createHash('sha1').update(text).digest('base64url');
    names.set(text, name);
  }
  return name;
}

function statementsOf(client: Pick<pg.Pool, 'query'>, onQuery: OnQuery): Sql {
  return async <Row>(text: string, values: readonly unknown[] = []) => {
    const started = performance.now();
    const result = await client.query({ name: nameOf(text), text, values: [...values] });
    onQuery((performance.now() - started) / 1000, text);
    return result.rows as Row[];
  };
}

const DATE = 1082;
const TIME = 1083;

/** `date` and `time` stay text ('2026-11-21', '10:00'): they are local, and a JavaScript Date would move them. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === DATE) return (value) => value;
  if (oid === TIME) return (value) => value.slice(0, 5);
  return pg.types.getTypeParser(oid, format as 'text');
}
