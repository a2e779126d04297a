import { createReadStream } from 'node:fs';
import { countRelations, openSnapshot, openWith, type TableDigest } from '@rung/db';
import { Refusal, reached } from '../tool.ts';
import { feed } from './dump.ts';
import { checkFile, type Manifest, readManifest } from './manifest.ts';
import { connectionOf, type Programs, run } from './programs.ts';

export interface RestoreOptions {
  readonly file: string;
  /** An empty database, its role the owner of what comes. */
  readonly into: string;
  readonly identity: string;
  readonly programs: Programs;
  readonly env: NodeJS.ProcessEnv;
  readonly print: (line: string) => void;
}

/**
 * Restores a backup in one transaction and compares its rows with those that were backed up. Returns what the backup
 * says of itself. Throws a Refusal, before anything is written, when the file is damaged, the identity does not open it
 * or the database is not empty; and afterwards when rows differ.
 */
export async function restoreInto(options: RestoreOptions): Promise<Manifest> {
  const { file, into, programs, print } = options;
  const manifest = await readManifest(file);
  await checkFile(file, manifest);
  await checkTarget(into, manifest, programs);
  print(`Restoring ${manifest.file}, as of ${manifest.takenAt} …`);
  await load(options, manifest);
  print('Comparing rows …');
  const snapshot = await openSnapshot(into);
  const restored = await snapshot.digest().finally(() => snapshot.close());
  const different = compare(manifest.tables, restored);
  if (different.length > 0)
    throw new Refusal(`Not what was backed up, do not use it: ${different.join('; ')}.`);
  return manifest;
}

async function checkTarget(into: string, manifest: Manifest, programs: Programs): Promise<void> {
  if (programs.major < manifest.pgDump)
    throw new Refusal(`The backup was written by pg_dump ${manifest.pgDump}: ${programs.restore} is older.`);
  const target = await reached(into, openSnapshot(into));
  await target.close();
  if (target.serverMajor < manifest.server)
    throw new Refusal(`The backup is of a PostgreSQL ${manifest.server}: the server there is older.`);
  const relations = await countRelations(into);
  if (relations > 0)
    throw new Refusal(
      `The database is not empty (${relations} tables, views and sequences): make another one.`,
    );
}

const INTO = ['--format=custom', '--single-transaction', '--exit-on-error', '--no-owner', '--no-privileges'];

async function load(
  { file, into, identity, programs, env }: RestoreOptions,
  { recipients }: Manifest,
): Promise<void> {
  const target = connectionOf(into, env);
  const restore = run(programs.restore, [...INTO, '--no-password', target.dbname], {
    env: target.env,
    stdin: 'pipe',
    stdout: 'ignore',
  });
  try {
    for await (const chunk of openWith(identity)(createReadStream(file))) await feed(restore, chunk);
    restore.stdin.end();
    await restore.ended;
  } catch (error) {
    if (error instanceof Refusal || !(error instanceof Error)) throw error;
    throw new Refusal(
      /no identity matched/.test(error.message)
        ? `BACKUP_IDENTITY is none of those that open the backup: it was made for ${recipients.join(', ')}.`
        : `${file} cannot be decrypted: ${error.message}.`,
    );
  } finally {
    // What is not complete is not committed.
    restore.kill();
  }
}

/** What differs, in words; nothing when all is equal. */
export function compare(expected: readonly TableDigest[], actual: readonly TableDigest[]): string[] {
  const found = new Map(actual.map((digest) => [digest.table, digest]));
  const differences = expected.flatMap(({ table, rows, hash }) => {
    const other = found.get(table);
    found.delete(table);
    if (other === undefined) return [`${table} is not there`];
    if (other.rows !== rows) return [`${table} has ${other.rows} rows and had ${rows}`];
    return other.hash === hash ? [] : [`rows of ${table} differ`];
  });
  return [...differences, ...[...found.keys()].map((table) => `${table} was not there`)];
}
