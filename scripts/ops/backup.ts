import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BackupRun,
  makeBackupKey,
  makeErasureStore,
  makePseudonyms,
  openSnapshot,
  recordBackupRun,
  type Snapshot,
} from '@rung/db';
import { parseEnvironment } from '@rung/platform';
import type { z } from 'zod';
import { dumpTo } from './backup/dump.ts';
import { backupEnvironment } from './backup/environment.ts';
import { appendToLedger } from './backup/ledger.ts';
import { checkFile, type Manifest, namesAt, rowsOf, writeWhole } from './backup/manifest.ts';
import { findPrograms, type Programs } from './backup/programs.ts';
import { removeOld } from './backup/retention.ts';
import { readCount, readOptions, UsageError } from './ops.ts';
import { Refusal, reached, type Tool, withDatabase } from './tool.ts';

type Environment = z.output<typeof backupEnvironment>;

/** Backups are kept for as many days, and as many of them however old they are. */
const KEPT = { days: 30, backups: 7 };

/** `ops backup [--ledger] [--keep N] [--keep-days N]`: an encrypted, checked backup in BACKUP_DIR, and the ledger of erasures beside it. */
export async function backup(tool: Tool, args: string[]): Promise<void> {
  const { options, flags, words } = readOptions(args, ['keep', 'keep-days'], ['ledger']);
  if (words.length > 0) throw new UsageError(`backup: no such thing as ${words.join(' ')}`);
  const keep = readCount(options.keep, KEPT.backups);
  const days = readCount(options['keep-days'], KEPT.days);
  const env = parseEnvironment(backupEnvironment, tool.env);
  const folder = env.BACKUP_DIR;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (flags.has('ledger')) return exportLedger(tool, env);
  const done = await makeBackup(tool, env);
  await exportLedger(tool, env);
  await withDatabase(ownerOf(env), (db) => recordBackupRun(db, done));
  const gone = await removeOld(folder, { keep, days, now: new Date() });
  if (gone.length > 0) tool.print(`Deleted, for their age: ${gone.join(', ')}`);
}

/** `ops backup key`: a new pair of keys for backups. */
export async function backupKey({ print }: Tool, args: string[]): Promise<void> {
  if (readOptions(args, []).words.length > 0) throw new UsageError('backup key takes no words');
  const { identity, recipient } = await makeBackupKey();
  print('# Where backups are made:');
  print(`BACKUP_RECIPIENTS=${recipient}`);
  print('# Where they are restored, and in a safe: without it no backup can be read.');
  print(`BACKUP_IDENTITY=${identity}`);
}

async function makeBackup({ env: variables, print }: Tool, env: Environment): Promise<BackupRun> {
  const startedAt = new Date();
  const url = ownerOf(env);
  const programs = await findPrograms(env.PG_BIN);
  const snapshot = await reached(url, openSnapshot(url));
  let manifest: Manifest;
  try {
    checkVersion(programs, snapshot);
    const names = namesAt(snapshot.takenAt);
    const file = join(env.BACKUP_DIR, names.archive);
    print(`Writing ${file} with pg_dump ${programs.major} …`);
    const recipients = env.BACKUP_RECIPIENTS;
    const written = await dumpTo(file, { programs, url, snapshot: snapshot.id, recipients, env: variables });
    print(`${inMegabytes(written.bytes)}, and pg_restore could read it. Hashing rows …`);
    manifest = {
      format: 1,
      file: names.archive,
      takenAt: snapshot.takenAt.toISOString(),
      ...written,
      server: snapshot.serverMajor,
      pgDump: programs.major,
      schema: snapshot.schema,
      recipients: [...recipients],
      saltId: makePseudonyms(env.ERASURE_SALT).saltId,
      tables: await snapshot.digest(),
    };
    await checkFile(file, manifest);
    await writeWhole(join(env.BACKUP_DIR, names.manifest), `${JSON.stringify(manifest, null, 2)}\n`);
  } finally {
    await snapshot.close();
  }
  const { file, bytes, takenAt, tables } = manifest;
  const rowCount = rowsOf(manifest);
  print(`Backup of ${rowCount} rows in ${tables.length} tables, as of ${takenAt}.`);
  return { kind: 'backup', file, startedAt, bytes, rowCount };
}

/** Erasures since, so that a restore does not bring anybody back. */
async function exportLedger({ print }: Tool, env: Environment): Promise<void> {
  const ledger = await withDatabase(ownerOf(env), (db) =>
    makeErasureStore(db, makePseudonyms(env.ERASURE_SALT)).ledger(),
  );
  const added = await appendToLedger(env.BACKUP_DIR, ledger);
  print(added === 1 ? '1 erasure is new in the ledger.' : `${added} erasures are new in the ledger.`);
}

function ownerOf({ DATABASE_URL, MIGRATION_DATABASE_URL }: Environment): string {
  return MIGRATION_DATABASE_URL ?? DATABASE_URL;
}

function checkVersion({ dump, major }: Programs, { serverMajor }: Snapshot): void {
  if (major >= serverMajor) return;
  throw new Refusal(
    `${dump} is of PostgreSQL ${major} and the server of ${serverMajor}, which it refuses. ` +
      `Install postgresql-client-${serverMajor} or newer, or set PG_BIN to its folder.`,
  );
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
