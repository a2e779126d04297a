import { type PostgresServer, startPostgres } from '../../scripts/stack/postgres.ts';
import { findServerPrograms } from '../../scripts/stack/serverPrograms.ts';
import { skipFor } from './requirement.ts';

/** A server of the version whose `pg_dump` is installed: a dump needs one as new as the server, and npm has none. */
export interface InstalledPostgres extends PostgresServer {
  /** Folder of its programs. */
  readonly programs: string;
}

/** Starts one for the suite that calls it in a `before`; the suite is skipped without one on the machine. */
export async function startInstalledPostgres(suite: Mocha.Context): Promise<InstalledPostgres> {
  const programs = findServerPrograms() ?? skipFor('no PostgreSQL server installed (initdb, pg_dump)', suite);
  const server = await startPostgres({ durable: false, programs });
  return { ...server, programs };
}
