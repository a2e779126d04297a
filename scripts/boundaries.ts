import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { findCycles } from './cycles.ts';
import { readImports } from './imports.ts';

/** Who may import whom: the table of the architecture. A package or service that is not here may not exist. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'packages/domain': [],
  'packages/platform': [],
  'packages/messages': ['domain'],
  'packages/db': ['domain'],
  'packages/jobs': ['platform'],
  'packages/telegram': ['platform'],
  'packages/sandbox': ['platform'],
  'packages/questions': ['domain', 'platform'],
  'packages/api-client': [],
  'services/gateway': ['domain', 'jobs', 'db', 'telegram', 'platform'],
  'services/scheduler': ['domain', 'jobs', 'db', 'platform'],
  'services/worker': ['domain', 'messages', 'jobs', 'db', 'platform', 'telegram', 'questions'],
  'services/api': ['domain', 'messages', 'db', 'jobs', 'platform'],
};

const scope = '@rung/';

/** A package or service, or the scripts and tests of the root, which may import everything. */
interface Room {
  /** Path from the root; empty for the root. */
  readonly path: string;
  readonly name: string;
  /** Package name → whether it is there in production. */
  readonly declared: ReadonlyMap<string, boolean>;
}

/**
 * Looks for imports that the architecture forbids: of packages that a row of the table does not allow, that package.json
 * does not declare, past a package's front door, of a service, out of one's own folder, and in circles. Returns one
 * message each, sorted; none when all is well. Reads `packages`, `services`, `scripts`, `tests` and `infra` under `root`.
 */
export function findBoundaryViolations(root: string): string[] {
  const rootRoom = readRoom(root, '');
  const rooms = ['packages', 'services'].flatMap((kind) =>
    folders(join(root, kind)).map((name) => readRoom(root, `${kind}/${name}`)),
  );
  const violations = rooms.flatMap((room) => judgeRoom(room));
  const graph = new Map<string, string[]>();

  for (const room of [...rooms, rootRoom]) {
    const start = room === rootRoom ? ['scripts', 'tests', 'infra'] : [room.path];
    for (const file of start.flatMap((folder) => sourceFiles(join(root, folder)))) {
      const path = toPath(relative(root, file));
      const found = readImports(path, readFileSync(file, 'utf8'));
      for (const { specifier, line } of found) {
        const complaint = specifier.startsWith('.')
          ? judgeRelative(room, path, toPath(relative(root, resolve(dirname(file), specifier))))
          : judgeNamed(room, rootRoom, rooms, path, specifier);
        if (complaint !== undefined) violations.push(`${path}:${line} ${complaint}`);
      }
      const next = found.filter(({ specifier }) => specifier.startsWith('.'));
      graph.set(
        path,
        next.map(({ specifier }) => toPath(relative(root, resolve(dirname(file), specifier)))),
      );
    }
  }
  return [
    ...new Set([...violations, ...findCycles(graph).map((cycle) => `import cycle: ${cycle.join(' → ')}`)]),
  ].sort();
}

/** What a package.json declares must be allowed, too. */
function judgeRoom(room: Room): string[] {
  const allowed = mayImport[room.path];
  if (allowed === undefined) {
    return [`${room.path}/package.json is not in the table of scripts/boundaries.ts: say whom it may import`];
  }
  return [...room.declared]
    .filter(([name, inProduction]) => inProduction && name.startsWith(scope))
    .filter(([name]) => !allowed.includes(name.slice(scope.length)))
    .map(([name]) => `${room.path}/package.json declares ${name}, ${whatIsAllowed(allowed)}`);
}

function judgeRelative(room: Room, from: string, to: string): string | undefined {
  const toRoom = roomPathOf(to);
  if (isTest(from)) {
    if (toRoom === room.path || isTest(to) || toRoom.startsWith('services/')) return undefined;
    return `reaches into ${toRoom}: import ${scope}${toRoom.split('/')[1]} by its name`;
  }
  if (toRoom !== room.path) return `leaves ${room.path} for ${to}: import packages by their name`;
  if (isTest(to)) return `imports ${to}: production code may not use tests`;
  return undefined;
}

function judgeNamed(
  room: Room,
  rootRoom: Room,
  rooms: readonly Room[],
  from: string,
  specifier: string,
): string | undefined {
  if (specifier.startsWith('node:') || specifier.startsWith('#')) return undefined;
  const parts = specifier.split('/');
  const name = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
  const target = rooms.find((other) => other.name === name);
  if (target === undefined) {
    const inProduction = room.declared.get(name);
    if (isTest(from)) {
      if (inProduction !== undefined || rootRoom.declared.has(name)) return undefined;
      return `imports ${name}, which neither its package.json nor the root's declares`;
    }
    if (inProduction === true) return undefined;
    return `imports ${name}, which is not among the dependencies of ${room.path}/package.json`;
  }
  if (specifier !== name) return `imports ${specifier}: only ${name} itself may be imported`;
  if (isTest(from)) return undefined;
  if (target.path.startsWith('services/')) return `imports the service ${name}: nobody may`;
  const allowed = mayImport[room.path] ?? [];
  if (!allowed.includes(name.slice(scope.length))) return `imports ${name}, ${whatIsAllowed(allowed)}`;
  if (room.declared.get(name) === true) return undefined;
  return `imports ${name}, which is not among the dependencies of ${room.path}/package.json`;
}

function whatIsAllowed(allowed: readonly string[]): string {
  if (allowed.length === 0) return 'but may import no package of this workspace';
  return `but may import only ${allowed.map((name) => scope + name).join(', ')}`;
}

/** Scripts, tests of the whole, and the tests of a package. */
function isTest(path: string): boolean {
  return roomPathOf(path) === '' || path.split('/')[2] === 'test';
}

function roomPathOf(path: string): string {
  const [kind, name] = path.split('/');
  return (kind === 'packages' || kind === 'services') && name !== undefined ? `${kind}/${name}` : '';
}

function readRoom(root: string, path: string): Room {
  const manifest = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
  const list = (field: string, inProduction: boolean): [string, boolean][] =>
    Object.keys(manifest[field] ?? {}).map((name) => [name, inProduction]);
  const declared = new Map([
    ...list('devDependencies', false),
    ...list('optionalDependencies', true),
    ...list('peerDependencies', true),
    ...list('dependencies', true),
  ]);
  return { path, name: String(manifest.name), declared };
}

function folders(folder: string): string[] {
  return entries(folder)
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .filter((name) => entries(join(folder, name)).some((entry) => entry.name === 'package.json'));
}

function sourceFiles(folder: string): string[] {
  return entries(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : sourceFiles(path);
    return /\.[cm]?[jt]sx?$/.test(entry.name) ? [path] : [];
  });
}

function entries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function toPath(path: string): string {
  return path.split(sep).join('/');
}
