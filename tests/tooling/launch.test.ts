import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const launcher = fileURLToPath(new URL('./fixtures/entry.mjs', import.meta.url));

describe('the way in to a command', () => {
  function launch(...args: string[]) {
    const child = spawn(process.execPath, [launcher, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    return { child, text: () => text, ended: once(child, 'close').then(([exitCode]) => exitCode) };
  }

  it('runs TypeScript on Node 24 with its arguments, and packages as source', async () => {
    const { text, ended } = launch('run', '--name', 'two words');
    expect(await ended).to.equal(0);
    const { node, rest, platform } = JSON.parse(text());
    expect(node).to.match(/^24\./);
    expect(rest).to.deep.equal(['--name', 'two words']);
    expect(platform).to.match(/packages\/platform\/src\/index\.ts$/);
  });

  it('hands the exit code back', async () => {
    expect(await launch('fail').ended).to.equal(7);
  });

  it('passes signals on', async () => {
    const { child, ended } = launch('wait');
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await ended).to.equal(23);
  });
});
