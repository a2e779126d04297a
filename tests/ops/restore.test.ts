import { createHash } from 'node:crypto';
import { appendFile, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectDatabase, makeBackupKey, makePseudonyms, migrate } from '@rung/db';
import { expect } from 'chai';
import { addLearners, addSentDaily, tap } from '../../packages/db/test/fixtures.ts';
import {
  type BackupSite,
  digestOf,
  execute,
  manifestPath,
  openBackupSite,
  readManifestOf,
  SALT,
} from './backupSite.ts';

describe('a restore', function () {
  this.timeout(60_000);
  let site: BackupSite;
  before(async function () {
    site = await openBackupSite(this);
  });
  after(() => site?.close());
  afterEach(() => site?.emptyFolder());

  it('brings back equal rows, whatever was written since', async () => {
    const before = await digestOf(site.url);
    const file = await site.backUp();
    await site.answer(1, '2026-03-11');
    await site.db.sql(`UPDATE users SET username = 'since' WHERE user_id = 2`);
    expect(await digestOf(site.url)).to.not.deep.equal(before);
    const into = await site.createEmpty();
    const said = await site.done('restore', [file, '--into', into]);
    expect(said).to.match(/\d+ rows in \d+ tables are equal to those that were backed up/);
    expect(said).to.contain('0 learners were erased again');
    expect(await digestOf(into)).to.deep.equal(before);
  });

  it('leaves a database that takes answers by the rules of before, and gives no number out again', async () => {
    const into = await site.createEmpty();
    await site.done('restore', [await site.backUp(), '--into', into]);
    const restored = await connectDatabase({ url: into, poolSize: 2 });
    try {
      const [last] = await restored.sql<{ id: string }>('SELECT max(id) AS id FROM user_questions');
      const asked = { userId: 5, questionId: 'streaming-2-4', localDate: '2026-03-12' };
      const id = await addSentDaily(restored, asked);
      expect(Number(id)).to.be.greaterThan(Number(last?.id) + 999_999);
      await tap(restored, id, 0);
      const changed = restored.sql('UPDATE streak_history SET streak_after = 100');
      expect(await changed.catch((error: Error) => error.message)).to.contain('only grows');
      expect(await migrate({ url: into })).to.deep.equal([]);
    } finally {
      await restored.close();
    }
  });

  it('needs no superuser, and lets the role of the services in, no further than before', async () => {
    await execute(
      site.url,
      `CREATE ROLE owner LOGIN PASSWORD 'owner'; CREATE ROLE services LOGIN PASSWORD 'services'`,
    );
    const empty = await site.createEmpty();
    await execute(empty, `ALTER DATABASE ${new URL(empty).pathname.slice(1)} OWNER TO owner`);
    const into = Object.assign(new URL(empty), { username: 'owner', password: 'owner' }).href;
    const file = await site.backUp();
    expect(await site.done('restore', [file, '--into', into, '--grant-to', 'services'])).to.contain(
      'services may read and write rows there',
    );
    const services = Object.assign(new URL(into), { username: 'services', password: 'services' }).href;
    expect(await execute(services, `UPDATE users SET username = 'x' WHERE user_id = 1`)).to.equal(1);
    const refused = await execute(services, 'DELETE FROM audit_log').catch((error: Error) => error.message);
    expect(refused).to.contain('permission denied');
    const unknown = await site.ops('restore', ['--replay', '--into', into, '--grant-to', 'nobody']);
    expect(unknown.error).to.contain('There is no role nobody on that server');
    // A backup of it needs no more than its owner either.
    const env = { DATABASE_URL: services, MIGRATION_DATABASE_URL: into };
    expect(await site.done('backup', [], env)).to.contain('Backup of');
  });

  describe('of a learner who was erased since', () => {
    const userId = 1_987_654_321;
    let file: string;
    let ledger: string;
    beforeEach(async () => {
      ledger = join(site.folder, 'erasures.jsonl');
      await addLearners(site.db, { from: userId });
      await site.answer(userId, '2026-03-10');
      file = await site.backUp();
      const said = await site.done('user delete', [String(userId), '--yes']);
      expect(said)
        .to.contain('will erase them again')
        .and.contain(makePseudonyms(SALT).of(String(userId)));
    });

    const isIn = async (url: string) =>
      (await execute(url, `SELECT FROM users WHERE user_id = ${userId}`)) === 1;
    const alone = { DATABASE_URL: '' };

    it('erases them again by the ledger beside the backup, which names nobody', async () => {
      const text = await readFile(ledger, 'utf8');
      expect(text).to.match(/^\{.*\}\n/);
      expect(text).to.not.contain(String(userId));
      // A line that was cut off while it was written.
      await appendFile(ledger, '{"hash":"0');
      const into = await site.createEmpty();
      expect(await site.done('restore', [file, '--into', into], alone)).to.contain(
        '1 learner was erased again',
      );
      expect(await isIn(into)).to.equal(false);
      // The next entry has a line of its own.
      await addLearners(site.db, { from: userId });
      await site.done('user delete', [String(userId), '--yes']);
      expect(await readFile(ledger, 'utf8')).to.match(/^(\{.*\}\n)+$/);
    });

    it('erases them again by the database that was backed up, when the ledger is lost', async () => {
      await rm(ledger);
      const into = await site.createEmpty();
      expect(await site.done('restore', [file, '--into', into])).to.contain('1 learner was erased again');
      expect(await isIn(into)).to.equal(false);
    });

    it('erases them on its own in a database that was recovered otherwise', async () => {
      await rm(ledger);
      const into = await site.createEmpty();
      expect(await site.done('restore', [file, '--into', into], alone)).to.contain('0 learners');
      expect(await isIn(into)).to.equal(true);
      expect(await site.done('backup', ['--ledger'])).to.match(/[1-9] erasures? (is|are) new in the ledger/);
      const replayed = await site.done('restore', ['--replay', '--into', into], alone);
      expect(replayed).to.contain('1 learner was erased again');
      expect(await isIn(into)).to.equal(false);
    });

    it('keeps them when they came back, and the backup knows', async () => {
      await addLearners(site.db, { from: userId });
      const newer = await site.backUp();
      const into = await site.createEmpty();
      expect(await site.done('restore', [newer, '--into', into])).to.contain('0 learners were erased again');
      expect(await isIn(into)).to.equal(true);
      await site.done('user delete', [String(userId), '--yes']);
    });

    it('refuses a ledger with a line that it cannot read, which may stand for somebody', async () => {
      await writeFile(ledger, `nothing\n${await readFile(ledger, 'utf8')}`);
      const { error } = await site.ops('restore', [file, '--into', await site.createEmpty()], alone);
      expect(error).to.contain('line 1 of').and.contain('is no erasure');
    });
  });

  describe('that is refused, with the database untouched', () => {
    const refused = async (file: string, env: NodeJS.ProcessEnv = {}): Promise<string> => {
      const into = await site.createEmpty();
      const { error } = await site.ops('restore', [file, '--into', into], env);
      expect(await digestOf(into)).to.deep.equal({});
      return error ?? 'done';
    };

    it('because the identity is another', async () => {
      const { identity } = await makeBackupKey();
      const said = await refused(await site.backUp(), { BACKUP_IDENTITY: identity });
      expect(said).to.contain('BACKUP_IDENTITY is none of those').and.contain(site.key.recipient);
      expect(said).to.not.contain(identity);
    });

    it('because the file was cut off, or changed', async () => {
      const file = await site.backUp();
      const whole = await readFile(file);
      await truncate(file, whole.length - 100);
      expect(await refused(file)).to.contain('is damaged');
      whole[whole.length - 50] = (whole[whole.length - 50] ?? 0) ^ 1;
      await writeFile(file, whole);
      expect(await refused(file)).to.contain('is damaged');
      // And by age itself, should somebody have changed the manifest with it.
      const sha256 = createHash('sha256').update(whole).digest('hex');
      await writeFile(manifestPath(file), JSON.stringify({ ...(await readManifestOf(file)), sha256 }));
      expect(await refused(file)).to.contain('cannot be decrypted');
    });

    it('because it was never finished', async () => {
      const file = await site.backUp();
      await rm(manifestPath(file));
      expect(await refused(file)).to.contain('was never finished');
    });

    it('because the salt is another', async () => {
      const other = { ERASURE_SALT: 'another salt, as long as it has to be' };
      expect(await refused(await site.backUp(), other)).to.contain('ERASURE_SALT is not the one');
    });

    it('because the server there is older, or pg_restore is', async () => {
      const file = await site.backUp();
      const manifest = await readManifestOf(file);
      await writeFile(manifestPath(file), JSON.stringify({ ...manifest, server: 99 }));
      expect(await refused(file)).to.contain('of a PostgreSQL 99: the server there is older');
      await writeFile(manifestPath(file), JSON.stringify({ ...manifest, pgDump: 99 }));
      expect(await refused(file)).to.contain('written by pg_dump 99');
    });
  });

  it('is never made over anything', async () => {
    const file = await site.backUp();
    const before = await digestOf(site.url);
    const { error } = await site.ops('restore', [file, '--into', site.url]);
    expect(error).to.contain('The database is not empty');
    expect(await digestOf(site.url)).to.deep.equal(before);
  });

  describe('as a drill', () => {
    const drills = () => site.db.sql(`SELECT FROM backup_runs WHERE kind = 'drill'`);
    const leftOver = () => site.db.sql(`SELECT FROM pg_database WHERE datname LIKE 'rung_drill%'`);

    it('restores the newest backup beside others, with any of its identities, and leaves nothing behind', async () => {
      const other = await makeBackupKey();
      const env = { BACKUP_RECIPIENTS: `${site.key.recipient}, ${other.recipient}` };
      await site.done('backup', [], env);
      const before = (await drills()).length;
      const scratch = ['--drill', '--scratch', site.server.url];
      await site.done('restore', scratch);
      expect(await site.done('restore', scratch, { BACKUP_IDENTITY: other.identity })).to.contain(
        'came back equal',
      );
      expect(await drills()).to.have.length(before + 2);
      expect(await leftOver()).to.have.length(0);
    });

    it('fails, and is not recorded, when rows are not those that were backed up', async () => {
      const file = await site.backUp();
      const manifest = await readManifestOf(file);
      for (const digest of manifest.tables) if (digest.table === 'public.users') digest.hash = '1/2';
      manifest.tables.push({ table: 'public.gone', rows: 1, hash: '1/2' });
      await writeFile(manifestPath(file), JSON.stringify(manifest));
      const before = (await drills()).length;
      const { error } = await site.ops('restore', ['--drill', '--scratch', site.server.url]);
      expect(error).to.contain('rows of public.users differ').and.contain('public.gone is not there');
      expect(await drills()).to.have.length(before);
      expect(await leftOver()).to.have.length(0);
    });

    it('says so when there is no backup', async () => {
      const { error } = await site.ops('restore', ['--drill']);
      expect(error).to.contain('There is no backup in');
    });
  });
});
