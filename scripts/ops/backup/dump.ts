import { createHash } from 'node:crypto';
import { QUEUE_SCHEMA, sealFor } from '@rung/db';
import { writeWhole } from './manifest.ts';
import { connectionOf, type Programs, type Running, run } from './programs.ts';

export interface DumpOptions {
  readonly programs: Programs;
  readonly url: string;
  /** Of a snapshot that stays open meanwhile. */
  readonly snapshot: string;
  readonly recipients: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** Roles are the server's, not the database's: owners and grants come with the restore. */
const FORMAT = [
  '--format=custom',
  '--no-owner',
  '--no-privileges',
  '--no-password',
  '--lock-wait-timeout=60s',
];

/**
 * Writes an encrypted archive of the database as the snapshot shows it. Nothing of it is on a disk unencrypted, and
 * pg_restore reads all of it on its way: an archive that it cannot read is not kept.
 */
export async function dumpTo(file: string, options: DumpOptions): Promise<{ bytes: number; sha256: string }> {
  const { programs, url, snapshot, recipients, env } = options;
  const source = connectionOf(url, env);
  const dump = run(
    programs.dump,
    [...FORMAT, `--exclude-schema=${QUEUE_SCHEMA}`, `--snapshot=${snapshot}`, source.dbname],
    { env: source.env, stdin: 'ignore', stdout: 'pipe' },
  );
  const check = run(programs.restore, ['--format=custom', '--file=/dev/null'], {
    env,
    stdin: 'pipe',
    stdout: 'ignore',
  });
  const hash = createHash('sha256');
  let bytes = 0;
  async function* measured(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  try {
    await writeWhole(file, measured(sealFor(recipients)(checked(dump, check))));
  } finally {
    dump.kill();
    check.kill();
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** What `dump` writes; throws at the end unless it ended well and `check` could read all of it. */
async function* checked(dump: Running, check: Running): AsyncGenerator<Uint8Array> {
  for await (const chunk of dump.stdout) {
    await feed(check, chunk);
    yield chunk;
  }
  await dump.ended;
  check.stdin.end();
  await check.ended;
}

/** Hands a chunk to a program that reads; throws what it said when it has failed. */
export async function feed(program: Running, chunk: Uint8Array): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  program.stdin.write(chunk, (error) => (error == null ? resolve() : reject(error)));
  // One that has read enough may end before all is written.
  await promise.catch(() => program.ended);
}
