import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { type ServiceOptions, type ServiceProcess, startService } from '../../scripts/stack/child.ts';
import { freePort } from '../../scripts/stack/ports.ts';
import { until } from '../../scripts/stack/until.ts';
import { isRunning, startOwner } from './owned.ts';

const entry = fileURLToPath(new URL('./fixtures/service.ts', import.meta.url));

describe('a service process', () => {
  const running: ServiceProcess[] = [];
  afterEach(async () => {
    for (const service of running.splice(0)) await service.kill();
  });

  async function start(env: NodeJS.ProcessEnv = {}, options: Partial<ServiceOptions> = {}) {
    const opsPort = await freePort();
    const all = { name: 'fixture', entry, opsPort, env: { OPS_PORT: String(opsPort), ...env }, ...options };
    const service = await startService(all);
    running.push(service);
    return { service, opsPort };
  }

  it('is ready once /readyz says so, ends in order on stop, and keeps what it printed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rung-test-'));
    const logFile = join(folder, 'service.log');
    const { service, opsPort } = await start({}, { logFile });
    expect((await fetch(`http://127.0.0.1:${opsPort}/readyz`)).status).to.equal(200);
    expect(service.exit()).to.equal(undefined);
    expect(await service.stop()).to.deep.equal({ code: 0, signal: null });
    await until('the log written', 5000, async () => (await readFile(logFile, 'utf8')).includes('shut down'));
    expect(service.output()).to.include('shut down');
    await rm(folder, { recursive: true });
  });

  it("sees none of this process's environment but what any program needs", async () => {
    process.env.SECRET_OF_PARENT = 'canary';
    const { service } = await start();
    delete process.env.SECRET_OF_PARENT;
    await until('its first line', 5000, () => service.output().includes('started'));
    expect(service.output()).to.include('not seen');
  });

  it('is killed at once by kill, and by stop when it does not hear', async () => {
    const { service: killed } = await start();
    expect(await killed.kill()).to.deep.equal({ code: null, signal: 'SIGKILL' });
    const { service: deaf } = await start({ MODE: 'deaf' });
    expect(await deaf.stop(200)).to.deep.equal({ code: null, signal: 'SIGKILL' });
    expect(deaf.output()).to.include('did not hear');
  });

  it('ends by itself once it has nothing left to do', async () => {
    const brief = fileURLToPath(new URL('./fixtures/brief.ts', import.meta.url));
    const service = await startService({ name: 'brief', entry: brief, env: {} });
    running.push(service);
    await until('its end', 10_000, () => service.exit());
    expect(service.exit()).to.deep.equal({ code: 0, signal: null });
    expect(service.output()).to.equal('done\n');
  });

  it('is reported with its output when it does not come up', async () => {
    const error = await start({ BROKEN: '1' }).catch((reason: unknown) => reason);
    expect(error).to.have.property('message').that.includes('cannot start like this');
  });

  it('is not left running when it does not get ready', async () => {
    const opsPort = await freePort();
    const env = { MODE: 'ill', OPS_PORT: String(opsPort) };
    const error = await start(env, { opsPort, readyWithinMs: 1500 }).catch((reason: unknown) => reason);
    expect(error).to.have.property('message').that.includes('fixture did not start');
    expect(error).to.have.nested.property('cause.message').that.includes('not within 1500 ms');
    const answer = await fetch(`http://127.0.0.1:${opsPort}/healthz`).catch(() => 'nobody');
    expect(answer).to.equal('nobody');
  });

  it('ends when the process that started it is killed', async () => {
    const owned = await startOwner('service');
    owned.process.kill('SIGKILL');
    await until('the service gone', 10_000, () => !isRunning(owned.pid));
  });
});
