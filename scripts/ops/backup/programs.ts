import { execFile, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { findProgram } from '../../stack/programs.ts';
import { Refusal } from '../tool.ts';

/** PostgreSQL's own programs, of one version. */
export interface Programs {
  readonly dump: string;
  readonly restore: string;
  /** `17` for 17.2. */
  readonly major: number;
}

/** Finds `pg_dump` and `pg_restore` in `folder`, else on the PATH. Throws a Refusal when one is not there. */
export async function findPrograms(folder: string | undefined): Promise<Programs> {
  const find = (name: string): string => {
    const path = folder === undefined ? findProgram(name) : join(folder, name);
    if (path !== undefined) return path;
    throw new Refusal(
      `There is no ${name} on the PATH: install postgresql-client, or set PG_BIN to its folder.`,
    );
  };
  const dump = find('pg_dump');
  const { stdout } = await promisify(execFile)(dump, ['--version']).catch((error: Error) => {
    throw new Refusal(`${dump} does not run: ${error.message}`);
  });
  return { dump, restore: find('pg_restore'), major: Number(/ (\d+)[.\w]* ?/.exec(stdout)?.[1]) };
}

/**
 * How a program of PostgreSQL's is told where to connect: everybody on the machine can read its arguments, so the
 * password goes by its environment.
 */
export function connectionOf(
  url: string,
  env: NodeJS.ProcessEnv,
): { dbname: string; env: NodeJS.ProcessEnv } {
  const bare = new URL(url);
  const { password } = bare;
  bare.password = '';
  const given = password === '' ? {} : { PGPASSWORD: decodeURIComponent(password) };
  return { dbname: `--dbname=${bare.href}`, env: { ...env, ...given } };
}

/** A program under way. */
export interface Running {
  readonly stdin: NodeJS.WritableStream;
  readonly stdout: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Resolves when it has ended well; else rejects with a Refusal that has its name and the end of what it said. */
  readonly ended: Promise<void>;
  /** Ends it at once, and with it the connection and its transaction. */
  kill(): void;
}

const WORDS_KEPT = 2_000;

/** Starts a program that reads `stdin` and writes `stdout` as far as they are `pipe`d. */
export function run(
  command: string,
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; stdin: 'pipe' | 'ignore'; stdout: 'pipe' | 'ignore' },
): Running {
  const stdio: StdioOptions = [options.stdin, options.stdout, 'pipe'];
  const child = spawn(command, args, { env: options.env, stdio });
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-WORDS_KEPT);
  });
  // Whoever writes is told by `ended` why nobody reads any more.
  child.stdin?.on('error', () => undefined);
  const ended = once(child, 'close').then(([code, signal]) => {
    if (code === 0) return;
    throw new Refusal(`${command} failed (${signal ?? code}): ${words.trim() || 'it said nothing'}`);
  });
  ended.catch(() => undefined);
  return {
    stdin: child.stdin ?? new PassThrough(),
    // When a program ends, Node throws away what nobody reads yet: so somebody reads from the start.
    stdout: child.stdout?.pipe(new PassThrough()) ?? [],
    ended,
    kill: () => child.kill('SIGKILL'),
  };
}
