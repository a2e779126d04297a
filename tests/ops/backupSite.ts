import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDatabase, type Database, makeBackupKey, migrate, openSnapshot } from '@rung/db';
import { expect } from 'chai';
import pg from 'pg';
import { addLearners, addQuestions, addSentDaily, tap } from '../../packages/db/test/fixtures.ts';
import { type InstalledPostgres, startInstalledPostgres } from '../harness/installedPostgres.ts';
import { runTool, type ToolRun } from '../harness/tools.ts';

/** A database with learners and answers on a server that the machine's pg_dump can read, and a folder for backups. */
export interface BackupSite {
  readonly server: InstalledPostgres;
  readonly url: string;
  readonly db: Database;
  readonly folder: string;
  readonly key: { readonly identity: string; readonly recipient: string };
  /** The learner answers a question of that day. */
  answer(userId: number, localDate: string): Promise<void>;
  /** Address of a new, empty database beside it. */
  createEmpty(): Promise<string>;
  /** A command of the operator, with what backups need in its environment. */
  ops(words: string, args?: string[], env?: NodeJS.ProcessEnv): Promise<ToolRun>;
  /** Like `ops`; what it says, and it must succeed. */
  done(words: string, args?: string[], env?: NodeJS.ProcessEnv): Promise<string>;
  /** Makes a backup; returns its file. */
  backUp(...args: string[]): Promise<string>;
  emptyFolder(): Promise<void>;
  close(): Promise<void>;
}

export const SALT = 'salt of the tests, of which nobody may know';
export const LEARNERS = 40;

/** To be called in a `before`, with its `this`: the suite is skipped where no server is installed. */
export async function openBackupSite(suite: Mocha.Context): Promise<BackupSite> {
  const server = await startInstalledPostgres(suite);
  const folder = await mkdtemp(join(tmpdir(), 'rung-backups-'));
  const key = await makeBackupKey();
  let databases = 0;
  const createEmpty = async (): Promise<string> => {
    databases += 1;
    const name = `test_${databases}`;
    await execute(server.url, `CREATE DATABASE ${name}`);
    return Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
  };
  const url = await createEmpty();
  await migrate({ url });
  const db = await connectDatabase({ url, poolSize: 2 });
  const answer: BackupSite['answer'] = async (userId, localDate) => {
    const questionId = `streaming-2-${1 + (Number(localDate.slice(-2)) % 5)}`;
    await tap(db, await addSentDaily(db, { userId, questionId, localDate }), userId % 2 === 0 ? 1 : 0);
  };
  await addQuestions(db, { level: 2, topic: 'streaming', count: 5 });
  await addLearners(db, { count: LEARNERS });
  for (let userId = 1; userId <= LEARNERS; userId += 1) await answer(userId, '2026-03-10');

  const ops: BackupSite['ops'] = (words, args = [], env = {}) =>
    runTool(words, args, {
      ...process.env,
      DATABASE_URL: url,
      BACKUP_DIR: folder,
      BACKUP_RECIPIENTS: key.recipient,
      BACKUP_IDENTITY: key.identity,
      ERASURE_SALT: SALT,
      PG_BIN: server.programs,
      ...env,
    });
  const done: BackupSite['done'] = async (...command) => {
    const { out, error } = await ops(...command);
    expect(error).to.equal(null);
    return out;
  };
  return {
    server,
    url,
    db,
    folder,
    key,
    answer,
    createEmpty,
    ops,
    done,
    async backUp(...args) {
      const [, file = ''] = /Writing (\S+)/.exec(await done('backup', args)) ?? [];
      return file;
    },
    async emptyFolder() {
      for (const name of await readdir(folder)) await rm(join(folder, name));
    },
    async close() {
      await db.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One statement on a connection of its own; returns how many rows it touched. */
export async function execute(url: string, statement: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rowCount ?? 0;
  } finally {
    await client.end();
  }
}

/** Rows and hash of every table. */
export async function digestOf(url: string): Promise<Record<string, { rows: number; hash: string }>> {
  const snapshot = await openSnapshot(url);
  const tables = await snapshot.digest().finally(() => snapshot.close());
  return Object.fromEntries(tables.map(({ table, ...rest }) => [table, rest]));
}

/** Where a backup's manifest is. */
export function manifestPath(file: string): string {
  return file.replace('.dump.age', '.json');
}

/** The manifest of a backup, as its file says. */
export async function readManifestOf(file: string) {
  return JSON.parse(await readFile(manifestPath(file), 'utf8'));
}
