import { execFile } from 'node:child_process';
import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type PostgresServer, startPostgres } from '../stack/postgres.ts';
import { passingFolder } from '../stack/postgresFolders.ts';
import { findServerPrograms } from '../stack/serverPrograms.ts';
import { serverUser } from '../stack/serverUser.ts';

/** An archive of the write-ahead log, and what is made from it. */
export interface WalArchive {
  /** Folder of the server's programs. */
  readonly programs: string;
  /** For the server whose log is kept. */
  readonly settings: Readonly<Record<string, string>>;
  /** Copies the running server at `url`, as a base from which the log leads on. */
  baseBackup(url: string): Promise<void>;
  /** Starts a new server from the base and the log, as everything was at `instant`, which PostgreSQL has written. */
  recoverTo(instant: string): Promise<PostgresServer>;
  remove(): Promise<void>;
}

/** An archive in a folder of its own. Throws where no server is installed: the one from npm has no pg_basebackup. */
export async function openArchive(): Promise<WalArchive> {
  const programs = findServerPrograms();
  if (programs === undefined) throw new Error('no PostgreSQL server installed');
  const user = await serverUser('');
  const folder = await passingFolder(user);
  const [log, base] = [join(folder, 'log'), join(folder, 'base')];
  await mkdir(log, { mode: 0o700 });
  if (user !== undefined) await chown(log, user.uid, user.gid);
  return {
    programs,
    settings: {
      wal_level: 'replica',
      archive_mode: 'on',
      archive_command: `test ! -f ${log}/%f && cp %p ${log}/%f`,
      archive_timeout: '60',
    },
    async baseBackup(url) {
      const { hostname, port, username, password } = new URL(url);
      const connection = [`--host=${hostname}`, `--port=${port}`, `--username=${username}`, '--no-password'];
      await promisify(execFile)(
        join(programs, 'pg_basebackup'),
        [...connection, `--pgdata=${base}`, '--checkpoint=fast', '--wal-method=none'],
        { ...user, cwd: '/', env: { PGPASSWORD: decodeURIComponent(password) } },
      );
    },
    async recoverTo(instant) {
      const signal = join(base, 'recovery.signal');
      await writeFile(signal, '');
      if (user !== undefined) await chown(signal, user.uid, user.gid);
      return startPostgres({
        durable: false,
        programs,
        dataDir: base,
        settings: {
          restore_command: `cp ${log}/%f %p`,
          recovery_target_time: instant,
          recovery_target_action: 'promote',
          // Nobody is let in before the recovery is over.
          hot_standby: 'off',
        },
        say: () => undefined,
      });
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
