import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Path of the repository. */
export const root = fileURLToPath(new URL('..', import.meta.url));

export interface Ran {
  readonly ok: boolean;
  /** Standard output and error together; empty when they were shown. */
  readonly output: string;
}

/**
 * Runs a program of node_modules/.bin (or of PATH) in the root. With `shown` its output goes to the terminal as it
 * comes, else it is collected.
 */
export async function run(
  program: string,
  args: readonly string[],
  options: { readonly shown?: boolean; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Ran> {
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...options.env },
    stdio: [
      'ignore',
      options.shown === true ? 'inherit' : 'pipe',
      options.shown === true ? 'inherit' : 'pipe',
    ],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ ok: false, output: `${program}: ${error.message}` }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}
