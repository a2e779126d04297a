import { expect } from 'chai';
import { until } from '../../scripts/stack/until.ts';
import { type ComposeProject, type Engine, findEngine, makeComposeProject } from './composeProject.ts';

const SERVICES = ['gateway', 'scheduler', 'worker', 'sandbox', 'next-day', 'postgres', 'redis'];
const WORKERS = 3;

/** What an image holds that never runs, looked for from inside of it. */
const UNWANTED = `
  const { globSync } = require('node:fs');
  const found = ['/app/**/*.{ts,mts,cts,map}', '/app/**/{test,tests,.git,.env}', '/app/node_modules/{typescript,mocha,node-linux-*}',
    '/app/packages/sandbox', '/usr/local/lib/node_modules/npm'].flatMap((pattern) => globSync(pattern));
  console.log(JSON.stringify(found));`;

const JOBS_DONE = `
  fetch('http://127.0.0.1:9103/metrics').then((reply) => reply.text()).then((text) => {
    const counts = text.matchAll(/^rung_jobs_total\\{.*outcome="completed".*\\} (\\d+)/gm);
    console.log([...counts].reduce((sum, [, count]) => sum + Number(count), 0));
  });`;

const CONFINEMENT = `
  const { readFileSync, writeFileSync } = require('node:fs');
  const refused = (path) => { try { writeFileSync(path, ''); return false; } catch (error) { return error.code === 'EROFS'; } };
  const [, capabilities] = /^CapEff:\\s*(\\w+)/m.exec(readFileSync('/proc/self/status', 'utf8'));
  console.log(JSON.stringify({ root: refused('/x'), app: refused('/app/x'), capabilities: Number('0x' + capabilities) }));`;

/** Needs a container engine, which continuous integration of this repository does not have: skipped aloud without. */
describe('the containers of docker-compose.yml', function () {
  this.timeout(900_000);
  let engine: Engine;
  let project: ComposeProject;

  before(async function () {
    const found = await findEngine();
    if (found === undefined) {
      console.warn('    skipped: no container engine with Compose answers');
      this.skip();
    }
    engine = found;
    project = await makeComposeProject(engine);
    await project.compose('build');
    await project.compose('up', '-d', '--scale', `worker=${WORKERS}`);
  });
  after(async () => {
    // Before the first of them, `down` has nothing to take down.
    if (project !== undefined) await project.remove();
  });

  const inContainer = async (id: string, script: string): Promise<unknown> =>
    JSON.parse(await engine.docker('exec', id, 'node', '--eval', script));
  const post = async (path: string, body: object) => {
    const response = await fetch(`${project.sandboxUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status, path).to.equal(201);
    return response.json();
  };
  /** Each of so many new learners sends three messages; resolves to how many updates that makes. */
  const sendFrom = async (count: number): Promise<number> => {
    const { learners }: { learners: { id: number }[] } = await post('/api/learners', { count });
    const texts = ['/start', '/quiz', '/stats'];
    const updates = texts.flatMap((text) => learners.map(({ id }) => ({ chatId: id, text })));
    await post('/api/updates', { deliver: true, updates });
    return updates.length;
  };
  const updatesThat = async (condition: string): Promise<number> => {
    const [count] = await project.sql(`SELECT count(*) FROM telegram_updates WHERE ${condition}`);
    return Number(count);
  };

  it('play a learner through days, each message as it should be', async () => {
    const [day = ''] = await project.containers('day');
    expect(await engine.docker('wait', day)).to.equal('0');
    expect(await engine.docker('logs', day)).to.include('All as it should be.');
  });

  it('are made of less than 250 MB besides their base, and of nothing that does not run', async () => {
    const size = async (image: string) =>
      Number(await engine.docker('image', 'inspect', '--format={{.Size}}', image));
    const base = await size('node:24-bookworm-slim');
    for (const service of ['gateway', 'scheduler', 'worker']) {
      expect(((await size(`rung-${service}:test`)) - base) / 1e6, service).to.be.below(250);
      const [id = ''] = await project.containers(service);
      expect(await inContainer(id, UNWANTED), service).to.deep.equal([]);
    }
  });

  it('run no process as root, and cannot write to their files or gain rights', async () => {
    for (const service of SERVICES) {
      const [id = ''] = await project.containers(service);
      const processes = (await engine.docker('top', id, '-eo', 'pid,uid')).split('\n').slice(1);
      const users = processes.map((line) => Number(line.trim().split(/\s+/)[1]));
      expect(users, service).to.not.be.empty.and.not.include(0);
      expect(await engine.docker('inspect', '--format={{.HostConfig.ReadonlyRootfs}}', id), service).to.equal(
        'true',
      );
      if (['postgres', 'redis'].includes(service)) continue;
      expect(await inContainer(id, CONFINEMENT), service).to.deep.equal({
        root: true,
        app: true,
        capabilities: 0,
      });
    }
  });

  it('share the work when there are several workers', async () => {
    const before = await updatesThat(`status = 'done'`);
    const sent = await sendFrom(200);
    await until(
      'all of them done',
      60_000,
      async () => (await updatesThat(`status = 'done'`)) >= before + sent,
    );
    const workers = await project.containers('worker');
    expect(workers).to.have.length(WORKERS);
    for (const id of workers) expect(await inContainer(id, JOBS_DONE)).to.be.at.least(30);
  });

  it('stop in the middle of work without losing any of it', async () => {
    const before = await updatesThat('true');
    await sendFrom(300);
    await until('some of them stored', 30_000, async () => (await updatesThat('true')) >= before + 100);
    await project.compose('stop', 'gateway', 'scheduler', 'worker');
    for (const service of ['gateway', 'scheduler', 'worker']) {
      for (const id of await project.containers(service)) {
        expect(await engine.docker('inspect', '--format={{.State.ExitCode}}', id), service).to.equal('0');
        expect(await engine.docker('logs', '--tail=5', id), service).to.include(
          '"msg":"shut down","clean":true',
        );
      }
    }
    const accepted = await project.sql('SELECT update_id FROM telegram_updates ORDER BY 1');
    await project.compose('up', '-d', '--scale', `worker=${WORKERS}`);
    const open = `status IN ('received', 'applied')`;
    await until('nothing open', 120_000, async () => (await updatesThat(open)) === 0);
    expect(await project.sql('SELECT job, error FROM dead_letters')).to.deep.equal([]);
    const done = new Set(await project.sql(`SELECT update_id FROM telegram_updates WHERE status = 'done'`));
    expect(accepted.filter((id) => !done.has(id))).to.deep.equal([]);
  });
});
