import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv, promisify } from 'node:util';
import { expect } from 'chai';
import { readRepositoryFile } from './composeFile.ts';

const script = fileURLToPath(new URL('../../scripts/compose/env.mjs', import.meta.url));

describe('npm run compose:env', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rung-test-'));
    file = join(folder, '.env');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const write = async (...args: string[]) =>
    (await promisify(execFile)(process.execPath, [script, '--file', file, ...args])).stdout;
  const read = async () => parseEnv(await readFile(file, 'utf8'));

  it('writes everything that docker-compose.yml insists on, for its owner alone to read', async () => {
    await write('--sandbox');
    const required = [...readRepositoryFile('docker-compose.yml').matchAll(/\$\{(\w+):\?/g)].map(
      ([, name]) => name,
    );
    const env = await read();
    expect(Object.keys(env)).to.include.members(required);
    for (const value of Object.values(env)) expect(value).to.not.equal('');
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
  });

  it('makes each password anew and of what can stand in an address', async () => {
    await write();
    const first = await read();
    await rm(file);
    await write();
    const second = await read();
    const values = [...Object.values(first), ...Object.values(second)];
    expect(new Set(values)).to.have.property('size', values.length);
    for (const value of values) expect(value).to.match(/^[0-9a-f]{48}$/);
  });

  it('keeps what is there, and adds what is missing or empty', async () => {
    await writeFile(file, '# mine\nREDIS_PASSWORD=mine\nTELEGRAM_BOT_TOKEN=1:token\nPOSTGRES_PASSWORD=');
    const said = await write('--sandbox');
    expect(await readFile(file, 'utf8')).to.match(
      /^# mine\nREDIS_PASSWORD=mine\nTELEGRAM_BOT_TOKEN=1:token\nPOSTGRES_PASSWORD=\n/,
    );
    const env = await read();
    expect(env.REDIS_PASSWORD).to.equal('mine');
    expect(env.TELEGRAM_BOT_TOKEN).to.equal('1:token');
    expect(env.POSTGRES_PASSWORD).to.have.length(48);
    expect(said).to.not.match(/REDIS_PASSWORD|[0-9a-f]{48}/);
    const whole = await readFile(file, 'utf8');
    expect(await write('--sandbox')).to.include('has everything');
    expect(await readFile(file, 'utf8')).to.equal(whole);
  });

  it('says that the token is still missing', async () => {
    expect(await write()).to.include('TELEGRAM_BOT_TOKEN');
  });
});
