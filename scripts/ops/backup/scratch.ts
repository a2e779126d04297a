import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { startPostgres } from '../../stack/postgres.ts';
import { findServerPrograms } from '../../stack/serverPrograms.ts';
import { Refusal } from '../tool.ts';

/** An empty database for a while. */
export interface Scratch {
  readonly url: string;
  drop(): Promise<void>;
}

/** A new database on the server at `url`, whose role may make databases. */
export async function scratchDatabase(url: string): Promise<Scratch> {
  const name = `rung_drill_${randomBytes(6).toString('hex')}`;
  await execute(url, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return { url: own.href, drop: () => execute(url, `DROP DATABASE ${name} WITH (FORCE)`) };
}

/**
 * A database on a server of its own, in the system's folder for temporary files, which nobody can log in to but the
 * caller. `folder`: where initdb and postgres are; default: where they are installed. It ends with this process.
 */
export async function scratchServer(folder: string | undefined): Promise<Scratch> {
  const programs = folder ?? findServerPrograms();
  if (programs === undefined) {
    throw new Refusal(
      'No PostgreSQL server is installed here: set PG_BIN to the folder of a PostgreSQL server, or name a server with --scratch.',
    );
  }
  const password = randomBytes(24).toString('hex');
  // Memory that a container gives to processes to share is little.
  const settings = { dynamic_shared_memory_type: 'mmap', max_connections: '10' };
  const server = await startPostgres({ durable: false, programs, password, settings });
  try {
    const { url } = await scratchDatabase(server.url);
    return { url, drop: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
