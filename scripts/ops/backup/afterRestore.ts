import {
  connectDatabase,
  type Erasure,
  grantToServices,
  makeErasureStore,
  makePseudonyms,
  migrate,
  type Pseudonyms,
  skipIdentities,
} from '@rung/db';
import { actor } from '../ops.ts';
import { Refusal, type Tool, withDatabase } from '../tool.ts';
import { readLedger } from './ledger.ts';

/** What of `restoreEnvironment` is about the database that was backed up. */
interface Source {
  readonly DATABASE_URL?: string | undefined;
  readonly ERASURE_SALT: string;
}

/** More than are given out between two backups. */
const IDENTITY_GAP = 1_000_000;

/** Erasures by the file beside the backups, and by the database that was backed up, should it still be there. */
export async function collectLedger(
  { print }: Tool,
  { DATABASE_URL, ERASURE_SALT }: Source,
  folder: string | undefined,
  into: string,
): Promise<Erasure[]> {
  if (folder === undefined && DATABASE_URL === undefined)
    throw new Refusal(
      'Nobody knows who was erased since: set BACKUP_DIR, or DATABASE_URL of the old database.',
    );
  const filed = folder === undefined ? [] : await readLedger(folder);
  if (folder !== undefined) print(`${filed.length} erasures are in the ledger of ${folder}.`);
  if (DATABASE_URL === undefined || isSamePlace(DATABASE_URL, into)) return filed;
  try {
    const db = await connectDatabase({ url: DATABASE_URL, poolSize: 1 });
    const known = await makeErasureStore(db, makePseudonyms(ERASURE_SALT))
      .ledger()
      .finally(() => db.close());
    print(`${known.length} erasures are known to the database of DATABASE_URL.`);
    return [...filed, ...known];
  } catch (error) {
    print(
      `The database of DATABASE_URL cannot be asked for erasures: ${error instanceof Error ? error.message : error}`,
    );
    return filed;
  }
}

function isSamePlace(one: string, other: string): boolean {
  const [a, b] = [new URL(one), new URL(other)];
  return a.host === b.host && a.pathname === b.pathname;
}

/** Throws a Refusal when entries were written with another salt. */
export function checkSalt(ledger: readonly Erasure[], { saltId }: Pseudonyms): void {
  if (ledger.some((entry) => entry.saltId !== saltId))
    throw new Refusal('ERASURE_SALT is not the one of the ledger: nobody could be found in it.');
}

/** Gives a database that was set back in time the schema of today, and erases again whom the ledger names. */
export async function bringUpToDate(
  { print }: Tool,
  { into, ledger, pseudonyms }: { into: string; ledger: readonly Erasure[]; pseudonyms: Pseudonyms },
): Promise<void> {
  const migrated = await migrate({ url: into });
  if (migrated.length > 0) print(`Migrated: ${migrated.join(', ')}`);
  await withDatabase(into, async (db) => {
    const erased = await makeErasureStore(db, pseudonyms).replay(ledger, actor());
    print(erased === 1 ? '1 learner was erased again.' : `${erased} learners were erased again.`);
    await skipIdentities(db, IDENTITY_GAP);
  });
}

/** Lets the role of the services in: the named one, else that of DATABASE_URL. */
export async function grant(
  { print }: Tool,
  { DATABASE_URL }: Source,
  into: string,
  named: string | undefined,
): Promise<void> {
  const usual = DATABASE_URL === undefined ? '' : decodeURIComponent(new URL(DATABASE_URL).username);
  const role = named ?? usual;
  if (role === '' || role === decodeURIComponent(new URL(into).username))
    return print('No role of the services was named: npm run db:migrate grants it what it needs.');
  const isThere = await withDatabase(into, (db) => db.sql('SELECT FROM pg_roles WHERE rolname = $1', [role]));
  if (isThere.length === 0)
    throw new Refusal(`There is no role ${role} on that server: make it, then npm run db:migrate.`);
  await grantToServices({ url: into }, role, ['public']);
  print(`${role} may read and write rows there.`);
}
