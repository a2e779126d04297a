import { execFileSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Whom PostgreSQL runs as. Undefined: as this process. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root, and initdb wants a user with a name: for root it is `postgres`, made when it is not
 * there. A folder that already belongs to somebody else is served as its owner.
 */
export async function serverUser(dataDir: string): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(dataDir).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return findUser('postgres') ?? makeUser('postgres');
}

function findUser(name: string): ServerUser | undefined {
  try {
    return { uid: numberOf('-u', name), gid: numberOf('-g', name) };
  } catch {
    return undefined;
  }
}

function numberOf(option: string, name: string): number {
  return Number(
    execFileSync('id', [option, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  );
}

function makeUser(name: string): ServerUser {
  execFileSync('useradd', ['--system', '--user-group', '--no-create-home', name], { stdio: 'ignore' });
  const user = findUser(name);
  if (user === undefined)
    throw new Error(`the user ${name} could not be made: run as somebody else than root`);
  return user;
}

/** The first folder on the way to `path` that `user` cannot pass through; undefined when all are passable. */
export async function firstBarrier(path: string, user: ServerUser | undefined): Promise<string | undefined> {
  if (user === undefined) return undefined;
  const parents: string[] = [];
  for (let folder = dirname(resolve(path)); folder !== dirname(folder); folder = dirname(folder)) {
    parents.unshift(folder);
  }
  for (const folder of parents) {
    const found = await stat(folder).catch(() => undefined);
    // Made later, and then passable.
    if (found === undefined) return undefined;
    const shift = found.uid === user.uid ? 6 : found.gid === user.gid ? 3 : 0;
    if (((found.mode >> shift) & 1) === 0) return folder;
  }
  return undefined;
}
