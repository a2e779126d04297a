import { access, rm } from 'node:fs/promises';
import pg from 'pg';

export interface Kept {
  /** Of a superuser. */
  readonly postgresUrl: string;
  readonly database: string;
  /** The sandbox's learners and chats; undefined with a real bot, whose chats are at Telegram. */
  readonly chatsFile: string | undefined;
  /** Forget both. */
  readonly fresh: boolean;
}

/**
 * Sees to it that what the demo has kept fits together. The database knows learners and updates by numbers that the
 * sandbox gives out: with one of the two gone, the other would take new ones for old. Resolves to what to tell the
 * person at the terminal about it.
 */
export async function pairUp({ postgresUrl, database, chatsFile, fresh }: Kept): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    const { rows } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    const hasDatabase = rows.length > 0;
    const hasChats = chatsFile === undefined ? hasDatabase : await exists(chatsFile);
    if (!hasDatabase && !hasChats) return undefined;
    if (hasDatabase && hasChats && !fresh) return 'Going on where the last demo ended (--fresh begins anew)';

    await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(database)} WITH (FORCE)`);
    if (chatsFile !== undefined) await rm(chatsFile, { force: true });
    if (fresh) return 'Forgot what the last demo had kept';
    return `${hasDatabase ? 'The chats' : 'The data'} of the last demo are gone: beginning anew, without the ${
      hasDatabase ? 'data' : 'chats'
    } that were left`;
  } finally {
    await client.end();
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
