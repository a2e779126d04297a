import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProgram } from './programs.ts';

/** Debian keeps each major version's programs in a folder of its own, off the PATH. */
const DEBIAN = '/usr/lib/postgresql';

/**
 * Folder with `initdb`, `postgres` and `pg_dump` of one version, as they are installed on this machine: on the PATH, or
 * the newest of Debian's; undefined when there are none.
 */
export function findServerPrograms(): string | undefined {
  const onPath = findProgram('initdb');
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  const folders = versions
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(DEBIAN, version, 'bin'));
  return [...(onPath === undefined ? [] : [dirname(realpathSync(onPath))]), ...folders].find((folder) =>
    ['initdb', 'postgres', 'pg_dump'].every((name) => existsSync(join(folder, name))),
  );
}
