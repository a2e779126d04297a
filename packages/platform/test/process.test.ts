import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';

const platform = new URL('../src/index.ts', import.meta.url).href;
const running = new Set<ChildProcess>();

/** Runs a service whose composition root is `body`; `ready` resolves when it prints "ready". */
function service(body: string, env: NodeJS.ProcessEnv = {}) {
  const code = `
    import * as platform from ${JSON.stringify(platform)};
    const logger = platform.makeLogger({ service: 's', level: 'info', format: 'json', secrets: ['canary-7'] });
    const life = platform.makeLifecycle({ graceMs: 20_000, logger });
    await platform.runService(async () => { ${body} });`;
  const child = spawn(process.execPath, ['--conditions=source', '--input-type=module', '-e', code], {
    env: { PATH: process.env.PATH, NODE_V8_COVERAGE: process.env.NODE_V8_COVERAGE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  const ready = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes('ready')) ready.resolve();
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => {
    running.delete(child);
    ready.reject(new Error(`ended before it was ready: ${output}`));
    return { code, signal, output };
  });
  ready.promise.catch(() => undefined);
  return { child, ready: ready.promise, ended };
}

const waits = `life.onSignals(); setInterval(() => {}, 1000); console.log('ready');`;

describe('a service process', () => {
  afterEach(() => {
    for (const child of running) child.kill('SIGKILL');
  });

  it('prints every mistake of its environment on a line of its own and exits 1', async () => {
    const body = `platform.parseEnvironment(
      z.object({ DATABASE_URL: platform.postgresUrl, OPS_PORT: platform.port(1), TOKEN: platform.telegramToken }),
      process.env);`;
    const { ended } = service(`const { z } = await import(process.env.ZOD); ${body}`, {
      OPS_PORT: 'canary',
      TOKEN: 'canary',
      ZOD: import.meta.resolve('zod'),
    });
    const { code, output } = await ended;
    expect(code).to.equal(1);
    expect(output).not.to.include('canary');
    expect(output.trim().split('\n')).to.have.length(3);
    expect(output)
      .to.match(/^DATABASE_URL is not set: it must be/m)
      .and.to.match(/^OPS_PORT must be/m);
  });

  it('exits 1 when it cannot start, without showing secrets', async () => {
    const { ended } = service(`throw new Error('no postgres://a:canary@db/x');`);
    const { code, output } = await ended;
    expect(code).to.equal(1);
    expect(output).to.include('could not start').and.not.to.include('canary');
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`releases everything on ${signal} and exits 0`, async () => {
      const run = service(`life.defer('x', () => console.log('released')); ${waits}`);
      await run.ready;
      run.child.kill(signal);
      const { code, output } = await run.ended;
      expect(output).to.include('released').and.to.include(`"reason":"${signal}"`);
      expect(code).to.equal(0);
    });
  }

  for (const crash of ['setTimeout(() => { throw error; })', 'void Promise.reject(error)']) {
    it(`releases everything and exits 1 after ${crash}`, async () => {
      const body = `life.defer('x', () => console.log('released')); const error = new Error('canary-7'); ${waits}`;
      const { code, output } = await service(`${body} ${crash};`).ended;
      expect(output).to.include('released').and.to.include('"msg":"crashed"').and.not.to.include('canary-7');
      expect(code).to.equal(1);
    });
  }

  it('works on and shuts down in order when nobody reads its log any more', async () => {
    const work = `setInterval(() => logger.info('work'), 5);
      life.defer('x', () => process.stderr.write('released'));`;
    const run = service(`${work} ${waits}`);
    await run.ready;
    run.child.stdout?.destroy();
    const broken = once(run.child.stderr ?? run.child, 'data');
    setTimeout(() => run.child.kill('SIGTERM'), 100);
    await broken;
    expect(await run.ended).to.include({ code: 0, signal: null });
  });

  it('exits at once on a second signal, but not on the echo of the first', async () => {
    const hangs = `life.defer('x', () => { console.log('hanging'); return new Promise(() => {}); });`;
    const run = service(`${hangs} ${waits}`);
    await run.ready;
    const hanging = new Promise((resolve) => {
      run.child.stdout?.on('data', (text: string) => text.includes('hanging') && resolve(text));
    });
    run.child.kill('SIGINT');
    await hanging;
    run.child.kill('SIGINT');
    const again = setInterval(() => run.child.kill('SIGINT'), 100);
    const started = performance.now();
    const { code } = await run.ended;
    clearInterval(again);
    expect(code).to.equal(1);
    expect(performance.now() - started).to.be.within(200, 10_000);
  });
});
