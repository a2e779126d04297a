import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import pg from 'pg';
import { pairUp } from '../scripts/demo/kept.ts';
import { claimFolder } from '../scripts/demo/onlyOne.ts';
import { createDatabase, type TestDatabase } from './harness/database.ts';
import { isRunning } from './tooling/owned.ts';

const entry = fileURLToPath(new URL('../scripts/demo.mjs', import.meta.url));

describe('npm run demo', function () {
  this.timeout(60_000);

  function demo(...args: string[]) {
    const child = spawn(process.execPath, [entry, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TELEGRAM_BOT_TOKEN: 'not-a-token' },
      // A process group of its own, as at a terminal.
      detached: true,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    return { child, output: () => output, ended: once(child, 'close').then(([exitCode]) => exitCode) };
  }

  it('says with --help what there is', async () => {
    const { ended, output } = demo('--help');
    expect(await ended).to.equal(0);
    for (const option of ['--script', '--telegram', '--fresh']) expect(output()).to.include(option);
  });

  it('refuses what it does not know, and says what there is', async () => {
    for (const [args, reason] of [
      [['--frehs'], "Unknown option '--frehs'"],
      [['now'], "Unexpected argument 'now'"],
      [['--script', '--fresh'], '--script goes alone'],
    ] as const) {
      const { ended, output } = demo(...args);
      expect(await ended).to.equal(1);
      expect(output()).to.include(reason).and.to.include('npm run demo -- --script');
    }
  });

  it('wants a token for the real Telegram before it starts anything', async () => {
    const { ended, output } = demo('--telegram');
    expect(await ended).to.equal(1);
    expect(output()).to.match(/^TELEGRAM_BOT_TOKEN must be the token from @BotFather, .*\n$/);
  });

  it('stops all that it has started at a Ctrl-C, and exits with 0', async () => {
    const { child, ended, output } = demo('--script');
    const pids: number[] = [];
    await new Promise<void>((resolve) => {
      child.stdout.on('data', () => output().includes('> /start') && resolve());
    });
    pids.push(...(await descendants(child.pid ?? 0)));
    expect(pids.length).to.be.at.least(6);
    const stopped = performance.now();
    process.kill(-(child.pid ?? 0), 'SIGINT');
    expect(await ended).to.equal(0);
    expect(performance.now() - stopped).to.be.below(10_000);
    const said = output()
      .split('\n')
      .filter((line) => !line.startsWith('  │'));
    expect(said.join('\n')).to.not.match(/error|failed/i);
    expect(pids.filter(isRunning)).to.deep.equal([]);
  });
});

describe('the only demo of a folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rung-test-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is asked where it is by those who come later, until it ends', async () => {
    const first = await claimFolder(folder, () => 'http://127.0.0.1:8081');
    const refusal = await claimFolder(folder, () => '').catch((error: Error) => error.message);
    expect(refusal).to.equal(
      'A demo is running here already: http://127.0.0.1:8081. Stop it with Ctrl-C in its terminal first.',
    );
    await (await claimFolder(`${folder}/other`, () => '')).release();
    await first.release();
    await (await claimFolder(folder, () => '')).release();
  });

  it('may be started again after it was killed', async () => {
    const module = new URL('../scripts/demo/onlyOne.ts', import.meta.url).href;
    const code = `const { claimFolder } = await import(${JSON.stringify(module)});
      await claimFolder(${JSON.stringify(folder)}, () => '');
      console.log('claimed');
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await (await claimFolder(folder, () => '')).release();
  });
});

describe('what the demo keeps', () => {
  let folder: string;
  let chatsFile: string;
  let database: TestDatabase;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rung-test-'));
    chatsFile = join(folder, 'sandbox.jsonl');
    database = await createDatabase();
  });
  afterEach(async () => {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const postgresUrl = () => process.env.TEST_DATABASE_URL ?? '';
  const name = () => new URL(database.url).pathname.slice(1);
  const pair = (fresh = false) => pairUp({ postgresUrl: postgresUrl(), database: name(), chatsFile, fresh });
  async function exists(): Promise<{ database: boolean; chats: boolean }> {
    const client = new pg.Client({ connectionString: postgresUrl() });
    await client.connect();
    const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [name()]);
    await client.end();
    const chats = await rm(chatsFile).then(
      () => true,
      () => false,
    );
    return { database: found.rowCount === 1, chats };
  }

  it('goes on when chats and database are both there, and begins quietly when neither is', async () => {
    await writeFile(chatsFile, '');
    expect(await pair()).to.include('Going on where the last demo ended');
    expect(await exists()).to.deep.equal({ database: true, chats: true });
    await database.drop();
    expect(await pair()).to.equal(undefined);
  });

  it('begins anew with both when one is gone, and says so', async () => {
    expect(await pair()).to.match(/^The chats of the last demo are gone: beginning anew/);
    expect(await exists()).to.deep.equal({ database: false, chats: false });
    await writeFile(chatsFile, '');
    expect(await pair()).to.match(/^The data of the last demo are gone: beginning anew/);
    expect(await exists()).to.deep.equal({ database: false, chats: false });
  });

  it('forgets both when it is told to', async () => {
    await writeFile(chatsFile, '');
    expect(await pair(true)).to.equal('Forgot what the last demo had kept');
    expect(await exists()).to.deep.equal({ database: false, chats: false });
  });
});

/** All processes that a process has started, and those that these have started. */
async function descendants(pid: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const entry of await readdir('/proc')) {
    const status = await readFile(`/proc/${entry}/status`, 'utf8').catch(() => '');
    const parent = /^PPid:\s*(\d+)/m.exec(status)?.[1];
    if (/^\d+$/.test(entry) && parent !== undefined) parents.set(Number(entry), Number(parent));
  }
  const found = [pid];
  for (const one of found) for (const [child, parent] of parents) if (parent === one) found.push(child);
  return found.slice(1);
}
