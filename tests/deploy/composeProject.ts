import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../../scripts/stack/ports.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const execute = promisify(execFile);

/** Docker, and the way in which this machine calls Compose. */
export interface Engine {
  docker(...args: string[]): Promise<string>;
  readonly compose: readonly [program: string, ...args: string[]];
}

/** The container engine of this machine, if one answers and has Compose. */
export async function findEngine(): Promise<Engine | undefined> {
  const docker = async (...args: string[]) =>
    (await execute('docker', args, { maxBuffer: 64 * 1024 * 1024 })).stdout.trim();
  const answers = (program: string, ...args: string[]) =>
    execute(program, args).then(
      () => true,
      () => false,
    );
  if (!(await answers('docker', 'info'))) return undefined;
  if (await answers('docker', 'compose', 'version')) return { docker, compose: ['docker', 'compose'] };
  if (await answers('docker-compose', 'version')) return { docker, compose: ['docker-compose'] };
  return undefined;
}

/** docker-compose.yml as a project of its own, with passwords and ports of its own and the sandbox. */
export interface ComposeProject {
  readonly sandboxUrl: string;
  /** `docker-compose <args>`; resolves to what it prints. */
  compose(...args: string[]): Promise<string>;
  /** Ids of a service's containers, ended ones included. */
  containers(service: string): Promise<string[]>;
  /** Rows of a statement as the database's administrator, columns parted by `|`. */
  sql(statement: string): Promise<string[]>;
  /** Removes containers, networks and volumes. */
  remove(): Promise<void>;
}

/** Prepares a project; nothing runs yet. */
export async function makeComposeProject({ compose: [program, ...first] }: Engine): Promise<ComposeProject> {
  const folder = await mkdtemp(join(tmpdir(), 'rung-compose-'));
  const envFile = join(folder, '.env');
  await execute(process.execPath, [
    join(root, 'scripts/compose/env.mjs'),
    ...['--sandbox', '--file', envFile],
  ]);
  const sandboxPort = await freePort();
  const env = {
    ...process.env,
    RUNG_VERSION: 'test',
    GATEWAY_PORT: String(await freePort()),
    SANDBOX_PORT: String(sandboxPort),
  };
  const project = ['--project-name', `rung-test-${process.pid}`, '--env-file', envFile];
  const compose = async (...args: string[]) => {
    const options = { cwd: root, env, maxBuffer: 64 * 1024 * 1024 };
    return (await execute(program, [...first, ...project, ...args], options)).stdout.trim();
  };
  const lines = (text: string) => text.split('\n').filter((line) => line !== '');

  return {
    sandboxUrl: `http://127.0.0.1:${sandboxPort}`,
    compose,
    containers: async (service) => lines(await compose('ps', '--all', '--quiet', service)),
    sql: async (statement) => {
      const psql = ['psql', '--username=postgres', '--dbname=rung', '--no-align', '--tuples-only'];
      return lines(await compose('exec', '-T', 'postgres', ...psql, `--command=${statement}`));
    },
    async remove() {
      await compose('down', '--volumes', '--remove-orphans', '--timeout', '5');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
