import { copyFile, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openWith } from '@rung/db';
import { expect } from 'chai';
import { runOps } from '../harness/ops.ts';
import {
  type BackupSite,
  digestOf,
  execute,
  LEARNERS,
  manifestPath,
  openBackupSite,
  readManifestOf,
} from './backupSite.ts';

describe('a backup', function () {
  this.timeout(60_000);
  let site: BackupSite;
  before(async function () {
    site = await openBackupSite(this);
  });
  after(() => site?.close());
  afterEach(() => site?.emptyFolder());

  const archives = async () =>
    (await readdir(site.folder)).filter((name) => name.includes('.dump.age')).sort();

  it('says in its manifest what is in it, row hashes of every table among it', async () => {
    const before = await digestOf(site.url);
    const { tables, ...manifest } = await readManifestOf(await site.backUp());
    const [{ version }] = (await site.db.sql<{ version: number }>(
      `SELECT current_setting('server_version_num')::int / 10000 AS version`,
    )) as [{ version: number }];
    expect(manifest).to.include({ format: 1, server: version, pgDump: version });
    expect(manifest.recipients).to.deep.equal([site.key.recipient]);
    expect(manifest.schema).to.match(/^\w+1763700000\d+$/);
    const written = Object.fromEntries(tables.map(({ table, ...rest }: { table: string }) => [table, rest]));
    expect(written).to.deep.equal(before);
    expect(before['public.users']?.rows).to.equal(LEARNERS);
    expect(before).to.include.keys('public.user_answers', 'public.audit_log', 'public.schema_migrations');
  });

  it('is encrypted for its recipients, in the format of age', async () => {
    const content = await readFile(await site.backUp());
    expect(content.subarray(0, 21).toString()).to.equal('age-encryption.org/v1');
    expect(content.includes('PGDMP')).to.equal(false);
    const opened: Uint8Array[] = [];
    for await (const chunk of openWith(site.key.identity)(Readable.from([content]))) opened.push(chunk);
    expect(Buffer.concat(opened).subarray(0, 5).toString()).to.equal('PGDMP');
  });

  it('shows the database as it was at one instant, whatever is written meanwhile', async () => {
    let writing = true;
    const writer = (async () => {
      for (let n = 0; writing; n += 1)
        await site.db.sql(`UPDATE users SET username = 'name_' || $1::text, updated_at = now()`, [n]);
    })();
    const file = await site.backUp();
    writing = false;
    await writer;
    const into = await site.createEmpty();
    expect(await site.done('restore', [file, '--into', into])).to.contain('are equal');
    const [names] = await site.db.sql<{ n: number }>('SELECT count(DISTINCT username)::int AS n FROM users');
    expect(names?.n).to.equal(1);
  });

  it('leaves the queue out, which is made again from the tables', async () => {
    await execute(site.url, 'CREATE SCHEMA bullmq; CREATE TABLE bullmq.job (id int)');
    const into = await site.createEmpty();
    await site.done('restore', [await site.backUp(), '--into', into]);
    await execute(site.url, 'DROP SCHEMA bullmq CASCADE');
    expect(await execute(into, `SELECT FROM pg_namespace WHERE nspname = 'bullmq'`)).to.equal(0);
  });

  it('is not made by a pg_dump that is older than the server', async () => {
    const { error } = await site.ops('backup', [], { DATABASE_URL: process.env.TEST_DATABASE_URL });
    expect(error).to.match(/pg_dump is of PostgreSQL 1\d and the server of 18, which it refuses.*PG_BIN/);
    expect(await readdir(site.folder)).to.deep.equal([]);
  });

  it('says what is missing: no database, no folder, no key, no salt, no program', async () => {
    const away = await site.ops('backup', [], { DATABASE_URL: 'postgres://rung:secret@127.0.0.1:1/rung' });
    expect(away.error).to.contain('The database 127.0.0.1:1/rung cannot be used');
    expect(away.error).to.not.contain('secret');
    const bare = await site.ops('backup', [], { BACKUP_DIR: '', BACKUP_RECIPIENTS: 'me', ERASURE_SALT: '' });
    expect(bare.error).to.contain('BACKUP_DIR is not set: it must be the folder');
    expect(bare.error).to.contain('BACKUP_RECIPIENTS must be one or more age recipients');
    expect(bare.error).to.contain('ERASURE_SALT is not set: it must be at least 32');
    const nowhere = await site.ops('backup', [], { PG_BIN: '/nowhere' });
    expect(nowhere.error).to.contain('/nowhere/pg_dump does not run');
    expect(await readdir(site.folder)).to.deep.equal([]);
  });

  it('leaves nothing that looks like one when pg_dump fails', async () => {
    await execute(
      site.url,
      `CREATE ROLE reader LOGIN PASSWORD 'pass word'; GRANT SELECT ON schema_migrations TO reader`,
    );
    const reader = Object.assign(new URL(site.url), { username: 'reader', password: 'pass word' });
    const { error } = await site.ops('backup', [], { DATABASE_URL: reader.href });
    await execute(site.url, 'DROP OWNED BY reader; DROP ROLE reader');
    expect(error).to.match(/pg_dump failed \(1\): .*permission denied/s);
    expect(await readdir(site.folder)).to.deep.equal([]);
    expect(await site.db.sql(`SELECT FROM backup_runs WHERE file = 'x'`)).to.have.length(0);
  });

  it('goes when it is old enough, but for the newest', async () => {
    const first = await site.backUp();
    const manifest = await readManifestOf(first);
    const aged = async (days: number) => {
      const takenAt = new Date(Date.now() - days * 86_400_000).toISOString();
      const file = `rung-${takenAt.replaceAll(/[-:]|\.\d+/g, '')}.dump.age`;
      await copyFile(first, join(site.folder, file));
      await writeFile(manifestPath(join(site.folder, file)), JSON.stringify({ ...manifest, takenAt, file }));
      return file;
    };
    const [ancient, old, recent] = [await aged(40), await aged(20), await aged(5)];
    const abandoned = 'rung-20260101T000000Z.dump.age.partial';
    await writeFile(join(site.folder, abandoned), '');
    await utimes(join(site.folder, abandoned), new Date('2026-01-01'), new Date('2026-01-01'));

    await site.backUp('--keep', '1', '--keep-days', '30');
    expect(await archives()).to.include.members([old, recent]);
    expect(await archives()).to.not.include.oneOf([ancient, abandoned]);
    await site.backUp('--keep', '100', '--keep-days', '10');
    expect(await archives()).to.include.members([old, recent]);
    expect(await site.done('backup', ['--keep', '1', '--keep-days', '10'])).to.contain(
      `Deleted, for their age: ${old}`,
    );
    expect(await archives()).to.include(recent);
    expect(await archives()).to.not.include(old);
  });

  it('is made and drilled from the command line, with keys that it makes, and recorded', async () => {
    const keys = await runOps(site.url, ['backup', 'key']);
    const env = {
      ...Object.fromEntries(
        [...keys.out.matchAll(/^(BACKUP_\w+)=(.+)$/gm)].map(([, name, value]) => [name, value]),
      ),
      BACKUP_DIR: site.folder,
      ERASURE_SALT: 'a salt for the command line, long enough',
      PG_BIN: site.server.programs,
    };
    const made = await runOps(site.url, ['backup'], '', env);
    expect(made.code, made.err).to.equal(0);
    const drilled = await runOps(site.url, ['restore', '--drill'], '', env);
    expect(drilled.code, drilled.err).to.equal(0);
    expect(drilled.out).to.match(/The drill succeeded in \d+ s: \d+ rows of .* came back equal/);
    const [file] = await archives();
    const runs = await site.db.sql(
      'SELECT kind FROM backup_runs WHERE file = $1 AND bytes > 0 AND row_count > 0 ORDER BY id',
      [file],
    );
    expect(runs).to.deep.equal([{ kind: 'backup' }, { kind: 'drill' }]);
    const wrong = await runOps(site.url, ['backup'], '', { ...env, PG_BIN: '/nowhere' });
    expect(wrong.code).to.equal(1);
    expect(wrong.err).to.match(/^\/nowhere\/pg_dump does not run/);
    expect((await runOps(site.url, ['backup', 'up'], '', env)).err).to.contain('backup: no such thing as up');
  });
});
