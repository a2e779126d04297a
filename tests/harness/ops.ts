import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { root } from '../../scripts/run.ts';

/** What a command of the operator did. */
export interface OpsRun {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `npm run ops -- <args>` against a database, as a process of its own; `input` is what it reads from `-`. */
export async function runOps(
  databaseUrl: string,
  args: readonly string[],
  input = '',
  env: NodeJS.ProcessEnv = {},
): Promise<OpsRun> {
  const child = spawn(process.execPath, ['scripts/ops.mjs', ...args], {
    cwd: root,
    env: { ...process.env, DATABASE_URL: databaseUrl, QUEUE_URL: databaseUrl, ...env },
  });
  child.stdin.end(input);
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on('close', resolve)),
  ]);
  return { code, out, err };
}
