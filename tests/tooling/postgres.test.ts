import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import pg from 'pg';
import { type PostgresOptions, type PostgresServer, startPostgres } from '../../scripts/stack/postgres.ts';
import { until } from '../../scripts/stack/until.ts';
import { isRunning, startOwner } from './owned.ts';

describe('the embedded PostgreSQL', function () {
  this.timeout(60_000);
  const running: PostgresServer[] = [];
  const folders: string[] = [];
  const remarks: string[] = [];

  async function start(options: Partial<PostgresOptions> = {}): Promise<PostgresServer> {
    const server = await startPostgres({ durable: false, say: (text) => remarks.push(text), ...options });
    running.push(server);
    return server;
  }
  async function folder(): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), 'rung-test-'));
    folders.push(path);
    return path;
  }
  afterEach(async () => {
    for (const server of running.splice(0)) await server.stop();
    for (const path of folders.splice(0)) await rm(path, { recursive: true, force: true });
    remarks.splice(0);
  });

  it('is an 18 in UTF-8 and UTC, on the loopback interface alone, and leaves nothing behind', async () => {
    const server = await start();
    const [row] = await query(
      server.url,
      `SELECT current_setting('server_version_num')::int / 10000 AS major, current_setting('fsync') AS fsync,
         current_setting('TimeZone') AS zone, current_setting('listen_addresses') AS addresses,
         pg_encoding_to_char(encoding) AS encoding FROM pg_database WHERE datname = current_database()`,
    );
    const expected = { major: 18, fsync: 'off', zone: 'UTC', addresses: '127.0.0.1', encoding: 'UTF8' };
    expect(row).to.deep.equal(expected);
    await server.stop();
    await server.stop();
    expect(isRunning(server.pid)).to.equal(false);
    expect(existsSync(dirname(server.dataDir))).to.equal(false);
  });

  it('is durable when asked, and takes further settings', async () => {
    const server = await start({ durable: true, dataDir: await folder(), settings: { work_mem: '7MB' } });
    const [row] = await query(
      server.url,
      `SELECT current_setting('fsync') AS fsync, current_setting('work_mem') AS memory`,
    );
    expect(row).to.deep.equal({ fsync: 'on', memory: '7MB' });
  });

  for (const how of ['kill', 'stop', 'stop immediate'] as const) {
    it(`comes back at the same address with its data after ${how}`, async () => {
      const dataDir = await folder();
      const first = await start({ durable: true, dataDir });
      await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
      const open = new pg.Client(first.url);
      open.on('error', () => undefined);
      await open.connect();
      if (how === 'kill') await first.kill();
      else await first.stop(how === 'stop' ? 'fast' : 'immediate');

      const second = await start({ durable: true, dataDir, port: first.port });
      expect(second.url).to.equal(first.url);
      expect(await query(second.url, 'SELECT answer FROM kept')).to.deep.equal([{ answer: 42 }]);
    });
  }

  it('ends, with its folder, when the process that started it is killed', async () => {
    const owned = await startOwner('postgres');
    expect(isRunning(owned.pid)).to.equal(true);
    owned.process.kill('SIGKILL');
    await until('the server gone', 10_000, () => !isRunning(owned.pid));
    await until('its folder gone', 10_000, () => !existsSync(owned.folder));
  });

  it('waits for a server of its folder that is just ending', async () => {
    const dataDir = await folder();
    const owned = await startOwner('postgres', dataDir);
    owned.process.kill('SIGKILL');
    const server = await start({ dataDir });
    expect(server.pid).not.to.equal(owned.pid);
  });

  it('ends a server of its folder that nobody is left to end, and says so', async () => {
    const dataDir = await folder();
    const owned = await startOwner('postgres', dataDir);
    const keeper = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${owned.pid}/status`, 'utf8'))?.[1]);
    owned.process.kill('SIGSTOP');
    process.kill(keeper, 'SIGKILL');
    const gone = once(owned.process, 'exit');
    owned.process.kill('SIGKILL');
    await gone;
    expect(isRunning(owned.pid)).to.equal(true);
    const server = await start({ dataDir });
    expect(remarks.join()).to.include(`process ${owned.pid}, left over`);
    expect(await query(server.url, 'SELECT 1 AS one')).to.deep.equal([{ one: 1 }]);
  });

  it('is not held up by the number of a dead server that another program has got since', async () => {
    const dataDir = await folder();
    await (await start({ dataDir })).kill();
    const file = join(dataDir, 'postmaster.pid');
    await writeFile(file, (await readFile(file, 'utf8')).replace(/^\d+/, String(process.pid)));
    expect((await start({ dataDir })).dataDir).to.equal(dataDir);
  });

  it('says what is wrong when it cannot start', async () => {
    const dataDir = await folder();
    const error = await start({ dataDir, settings: { work_mem: 'plenty' } }).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.have.property('message').that.includes('invalid value for parameter "work_mem"');
  });

  it('refuses a folder with something else in it', async () => {
    const dataDir = await folder();
    await writeFile(join(dataDir, 'thesis.txt'), '');
    const error = await start({ dataDir }).catch((reason: unknown) => reason);
    expect(error).to.have.property('message').that.includes(`${dataDir} holds something else`);
    expect(existsSync(join(dataDir, 'thesis.txt'))).to.equal(true);
  });

  it('keeps its data elsewhere when its user cannot reach the folder, says so, and finds it again', async function () {
    if (process.getuid?.() !== 0) this.skip();
    const closed = await folder();
    await chmod(closed, 0o700);
    await mkdir(join(closed, 'clone'));
    const first = await start({ dataDir: join(closed, 'clone/data') });
    folders.push(first.dataDir);
    expect((await stat(first.dataDir)).uid).not.to.equal(0);
    expect(remarks.join()).to.include(`may not enter ${closed}`).and.to.include(first.dataDir);
    await first.stop();
    expect((await start({ dataDir: join(closed, 'clone/data') })).dataDir).to.equal(first.dataDir);
  });
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
