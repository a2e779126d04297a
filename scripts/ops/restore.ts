import { dirname, join } from 'node:path';
import { makePseudonyms, type Pseudonyms, recordBackupRun } from '@rung/db';
import { parseEnvironment, postgresUrl } from '@rung/platform';
import type { z } from 'zod';
import { bringUpToDate, checkSalt, collectLedger, grant } from './backup/afterRestore.ts';
import { restoreEnvironment } from './backup/environment.ts';
import { readLedger } from './backup/ledger.ts';
import { listBackups, readManifest, rowsOf } from './backup/manifest.ts';
import { findPrograms } from './backup/programs.ts';
import { restoreInto } from './backup/restoreInto.ts';
import { scratchDatabase, scratchServer } from './backup/scratch.ts';
import { readOptions, UsageError } from './ops.ts';
import { Refusal, type Tool, withDatabase } from './tool.ts';

type Environment = z.output<typeof restoreEnvironment>;

/**
 * `ops restore FILE --into URL [--grant-to ROLE]`, `ops restore --replay --into URL [--grant-to ROLE]` (what follows
 * a restore, for a database that was recovered to a point in time) and `ops restore --drill [FILE] [--scratch URL]`.
 */
export async function restore(tool: Tool, args: string[]): Promise<void> {
  const { options, flags, words } = readOptions(args, ['into', 'grant-to', 'scratch'], ['replay', 'drill']);
  const [file, ...others] = words;
  if (others.length > 0) throw new UsageError('restore: name one file');
  const env = parseEnvironment(restoreEnvironment, tool.env);
  if (flags.has('drill')) return drill(tool, env, file, options.scratch);
  const into = addressOf(options.into);
  if (flags.has('replay') === (file !== undefined))
    throw new UsageError('restore: name a file, or say --replay');
  const pseudonyms = makePseudonyms(env.ERASURE_SALT);
  const ledger = await collectLedger(tool, env, file === undefined ? env.BACKUP_DIR : dirname(file), into);
  checkSalt(ledger, pseudonyms);
  if (file !== undefined) {
    await checkManifestSalt(file, pseudonyms);
    const manifest = await restoreInto({ ...(await tools(tool, env)), file, into });
    tool.print(
      `${rowsOf(manifest)} rows in ${manifest.tables.length} tables are equal to those that were backed up.`,
    );
  }
  await bringUpToDate(tool, { into, ledger, pseudonyms });
  await grant(tool, env, into, options['grant-to']);
}

/** Restores a backup where nobody uses it, compares it, and throws the database away. */
async function drill(
  tool: Tool,
  env: Environment,
  named: string | undefined,
  scratch: string | undefined,
): Promise<void> {
  const startedAt = new Date();
  const file = named ?? (await newest(env));
  const pseudonyms = makePseudonyms(env.ERASURE_SALT);
  await checkManifestSalt(file, pseudonyms);
  const common = await tools(tool, env);
  const ledger = await readLedger(dirname(file));
  checkSalt(ledger, pseudonyms);
  const place = await (scratch === undefined ? scratchServer(env.PG_BIN) : scratchDatabase(scratch));
  try {
    const manifest = await restoreInto({ ...common, file, into: place.url });
    await bringUpToDate(tool, { into: place.url, ledger, pseudonyms });
    const rowCount = rowsOf(manifest);
    const url = env.MIGRATION_DATABASE_URL ?? env.DATABASE_URL;
    const { bytes } = manifest;
    if (url !== undefined)
      await withDatabase(url, (db) =>
        recordBackupRun(db, { kind: 'drill', file: manifest.file, startedAt, bytes, rowCount }),
      );
    const seconds = Math.round((Date.now() - startedAt.getTime()) / 1000);
    tool.print(
      `The drill succeeded in ${seconds} s: ${rowCount} rows of ${manifest.takenAt} came back equal.`,
    );
    if (url === undefined) tool.print('It is recorded nowhere: DATABASE_URL is not set.');
  } finally {
    await place.drop();
  }
}

async function newest({ BACKUP_DIR: folder }: Environment): Promise<string> {
  if (folder === undefined) throw new UsageError('restore --drill: name a file, or set BACKUP_DIR');
  const last = (await listBackups(folder)).at(-1);
  if (last === undefined) throw new Refusal(`There is no backup in ${folder}.`);
  return join(folder, last.file);
}

async function tools({ env, print }: Tool, { BACKUP_IDENTITY: identity, PG_BIN }: Environment) {
  if (identity === undefined)
    throw new Refusal('BACKUP_IDENTITY is not set: it must be the age identity that opens the backup.');
  return { identity, programs: await findPrograms(PG_BIN), env, print };
}

async function checkManifestSalt(file: string, { saltId }: Pseudonyms): Promise<void> {
  if ((await readManifest(file)).saltId !== saltId)
    throw new Refusal('ERASURE_SALT is not the one that the backup was made with.');
}

function addressOf(into: string | undefined): string {
  const parsed = postgresUrl.safeParse(into);
  if (!parsed.success) throw new UsageError(`restore: --into ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}
