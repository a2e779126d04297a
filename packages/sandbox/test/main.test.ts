import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { TOKEN } from './fixture.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

function start(env: Record<string, string>) {
  const child = spawn(process.execPath, ['--conditions=source', MAIN], { env });
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    output.out += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output.err += chunk;
  });
  return { child, output, exited: once(child, 'exit').then(([code]) => code as number | null) };
}

describe('The sandbox as a process', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    it(`prints one line when it listens and ends cleanly on ${signal}`, async () => {
      const { child, output, exited } = start({
        PORT: '0',
        TELEGRAM_BOT_TOKEN: TOKEN,
        SANDBOX_WEBHOOK_URL: '',
      });
      await once(child.stdout, 'data');
      const url = /^Telegram sandbox is listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(output.out)?.[1];
      expect((await fetch(`${url}/bot${TOKEN}/getMe`)).status).to.equal(200);
      child.kill(signal);
      expect(await exited).to.equal(0);
      expect(output.err).to.equal('');
    });

  it('names all mistakes in its environment at once, without values, and exits with 1', async () => {
    const { output, exited } = start({
      PORT: 'many',
      TELEGRAM_BOT_TOKEN: 'canary',
      SANDBOX_WEBHOOK_URL: 'canary',
      SANDBOX_NEXT_DAY_URL: 'canary',
    });
    expect(await exited).to.equal(1);
    for (const name of ['PORT', 'TELEGRAM_BOT_TOKEN', 'SANDBOX_WEBHOOK_URL', 'SANDBOX_NEXT_DAY_URL'])
      expect(output.err).to.include(`${name}: `);
    expect(output.err).to.not.include('canary');
  });

  it('wants the secret of the webhook that it is to call', async () => {
    const { output, exited } = start({
      TELEGRAM_BOT_TOKEN: TOKEN,
      SANDBOX_WEBHOOK_URL: 'http://127.0.0.1:9/',
    });
    expect(await exited).to.equal(1);
    expect(output.err).to.equal('TELEGRAM_WEBHOOK_SECRET: is required with SANDBOX_WEBHOOK_URL\n');
  });
});
