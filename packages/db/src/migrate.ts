import { type DatabaseOptions, makeDataSource } from './database.ts';

/** Applies every migration that is missing, each in a transaction of its own, and returns their names. */
export async function migrate(options: DatabaseOptions): Promise<string[]> {
  return withSource(options, async (source) => {
    const done = await source.runMigrations({ transaction: 'each' });
    return done.map((migration) => migration.name);
  });
}

/** Takes back the newest migration and returns what is left to take back: names, newest first. */
export async function revert(options: DatabaseOptions): Promise<string[]> {
  return withSource(options, async (source) => {
    await source.undoLastMigration({ transaction: 'each' });
    const left: { name: string }[] = await source.query(
      'SELECT name FROM schema_migrations ORDER BY id DESC',
    );
    return left.map((row) => row.name);
  });
}

/**
 * Lets the role that the services log in with read and write rows of every table in `schemas` and call their
 * functions, and nothing else: it cannot create, alter or drop.
 */
export async function grantToServices(
  options: DatabaseOptions,
  role: string,
  schemas: readonly string[],
): Promise<void> {
  const quoted = `"${role.replaceAll('"', '""')}"`;
  await withSource(options, async (source) => {
    for (const schema of schemas) {
      await source.query(`GRANT USAGE ON SCHEMA ${schema} TO ${quoted}`);
      await source.query(
        `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${quoted}`,
      );
      await source.query(`GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${schema} TO ${quoted}`);
      await source.query(`GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${schema} TO ${quoted}`);
    }
    await source.query(`REVOKE UPDATE, DELETE ON streak_history, audit_log, erasures FROM ${quoted}`);
    await source.query(`REVOKE INSERT, UPDATE, DELETE ON schema_migrations, backup_runs FROM ${quoted}`);
  });
}

async function withSource<T>(
  options: DatabaseOptions,
  work: (source: Awaited<ReturnType<ReturnType<typeof makeDataSource>['initialize']>>) => Promise<T>,
): Promise<T> {
  const source = await makeDataSource({ ...options, poolSize: 1, statementTimeoutMs: 0 }).initialize();
  try {
    return await work(source);
  } finally {
    await source.destroy();
  }
}
