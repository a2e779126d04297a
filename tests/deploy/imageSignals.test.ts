import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';

const preload = new URL('../../scripts/compose/stopEarly.mjs', import.meta.url).href;

describe('what the image loads before a program', () => {
  /** Runs a program with it, sends it a signal once it says so, and resolves to how it ended. */
  async function endOf(code: string, signal: NodeJS.Signals): Promise<number | null> {
    const program = `${code}; console.log('up'); setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, [`--import=${preload}`, '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill(signal);
    await once(child, 'exit');
    return child.exitCode;
  }

  it('ends a program that does not listen for signals yet, rather than leave that to SIGKILL', async () => {
    expect(await endOf('', 'SIGTERM')).to.equal(143);
    expect(await endOf('', 'SIGINT')).to.equal(130);
  });

  it('leaves it to a program that listens, be it for one time only', async () => {
    for (const way of ['on', 'once']) {
      const drain = `process.${way}('SIGTERM', () => setTimeout(() => process.exit(0), 50))`;
      expect(await endOf(drain, 'SIGTERM'), way).to.equal(0);
    }
  });
});
