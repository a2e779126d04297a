import pg from 'pg';

/** The content of a table at one instant. */
export interface TableDigest {
  /** `schema.table`. */
  readonly table: string;
  readonly rows: number;
  /**
   * Sums of the rows' SHA-256, its first and its second 64 bits: equal for equal rows in whatever order. It tells rows
   * that were lost, doubled or changed by mishap; it is no proof against somebody who wants it to be equal.
   */
  readonly hash: string;
}

/** One instant of a database, held open; everything is read as it was then. */
export interface Snapshot {
  /** For `pg_dump --snapshot`, as long as this is open. */
  readonly id: string;
  readonly takenAt: Date;
  /** `18` for 18.4. */
  readonly serverMajor: number;
  /** Name of the newest migration; null where there is none. */
  readonly schema: string | null;
  /** Every table but those of the queue, which is made again from the others; by name. `onTable` is told before each. */
  digest(onTable?: (table: string) => void): Promise<TableDigest[]>;
  close(): Promise<void>;
}

/** Jobs carry ids of rows: what is lost of the queue is found again in the tables. */
export const QUEUE_SCHEMA = 'bullmq';

/** How values become text; the same everywhere, or equal rows would differ. */
const SETTINGS = `
  SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET extra_float_digits = 1;
  SET bytea_output = 'hex'; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0`;

/** Opens a connection of its own and a snapshot on it; throws when the database cannot be reached. */
export async function openSnapshot(url: string): Promise<Snapshot> {
  const client = new pg.Client({ connectionString: url, application_name: 'rung backup' });
  // The statement that is under way gets the error as well; without a listener it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await begin(client);
  } catch (error) {
    await client.end();
    throw error;
  }
}

async function begin(client: pg.Client): Promise<Snapshot> {
  await client.query(SETTINGS);
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const { rows } = await client.query<{ id: string; takenAt: Date; version: number; migrated: boolean }>(
    `SELECT pg_export_snapshot() AS id, clock_timestamp() AS "takenAt",
       current_setting('server_version_num')::int AS version, to_regclass('public.schema_migrations') IS NOT NULL AS migrated`,
  );
  const [state] = rows;
  if (state === undefined) throw new Error('no snapshot');
  const newest = state.migrated
    ? await client.query<{ name: string }>(
        'SELECT name FROM public.schema_migrations ORDER BY id DESC LIMIT 1',
      )
    : null;
  return {
    id: state.id,
    takenAt: state.takenAt,
    serverMajor: Math.floor(state.version / 10_000),
    schema: newest?.rows[0]?.name ?? null,
    async digest(onTable = () => {}) {
      const digests: TableDigest[] = [];
      for (const name of await tablesOf(client)) {
        onTable(name.table);
        digests.push(await digestOf(client, name));
      }
      return digests;
    },
    close: () => client.end(),
  };
}

/** How many tables, views and sequences of anybody's there are; those of extensions and of PostgreSQL do not count. */
export async function countRelations(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND ${ours}`,
    );
    return rows[0]?.count ?? 0;
  } finally {
    await client.end();
  }
}

const ours = `n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`;

async function tablesOf(client: pg.Client): Promise<{ table: string; quoted: string }[]> {
  const { rows } = await client.query<{ table: string; quoted: string }>(
    `SELECT n.nspname || '.' || c.relname AS table, format('%I.%I', n.nspname, c.relname) AS quoted
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname <> $1 AND ${ours} ORDER BY 1`,
    [QUEUE_SCHEMA],
  );
  return rows;
}

async function digestOf(
  client: pg.Client,
  { table, quoted }: { table: string; quoted: string },
): Promise<TableDigest> {
  const half = (from: number) => `('x' || encode(substr(h, ${from}, 8), 'hex'))::bit(64)::bigint`;
  const { rows } = await client.query<{ rows: string; hash: string }>(
    `SELECT count(*) AS rows, coalesce(sum(${half(1)}), 0) || '/' || coalesce(sum(${half(9)}), 0) AS hash
     FROM (SELECT sha256(convert_to(t::text, 'UTF8')) AS h FROM ${quoted} t) hashed`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`${table} could not be read`);
  return { table, rows: Number(row.rows), hash: row.hash };
}
