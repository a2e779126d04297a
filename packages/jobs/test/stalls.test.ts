import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { connectQueues, consume, makeProducer, type Queues } from '../src/index.ts';
import { makeRecordingLogger } from './recording.ts';
import { backends, type QueueServer, skipWithout } from './servers.ts';
import { until } from './waiting.ts';

interface Told {
  ready?: true;
  started?: string;
  done?: string;
  dead?: string;
  error?: string;
  queue?: string;
}

const quick = { lockDurationMs: 1000, stalledIntervalMs: 500 };
const asInProduction = { lockDurationMs: 10_000, stalledIntervalMs: 5000 };

for (const backend of backends) {
  describe(`jobs whose worker dies, on ${backend.name}`, () => {
    let server: QueueServer;
    let queues: Queues;
    let told: Told[];
    let children: ChildProcess[];

    before(async function () {
      skipWithout(backend.missing, this);
      server = await backend.open();
    });
    after(() => server?.stop());

    beforeEach(() => {
      queues = connectQueues({ url: server.url, logger: makeRecordingLogger() });
      told = [];
      children = [];
    });
    afterEach(async () => {
      for (const child of children) child.kill('SIGKILL');
      await queues.close();
    });

    function startWorker(queue: 'answers' | 'isolation', recovery: typeof quick): ChildProcess {
      const path = new URL('fixtures/worker.ts', import.meta.url);
      const settings = [String(recovery.lockDurationMs), String(recovery.stalledIntervalMs)];
      const child = fork(path, [server.url, queue, ...settings], {
        execArgv: [...process.execArgv, '--conditions=source'],
      });
      child.on('message', (message: Told) => told.push(message));
      children.push(child);
      return child;
    }

    it('come back elsewhere within 20 s, in isolation', async function () {
      this.timeout(40_000);
      const producer = makeProducer(queues);
      const first = startWorker('answers', asInProduction);
      await producer.enqueue('answer.grade', { updateSeq: '1' }, { jobId: 'job-orphan', timeoutMs: 5000 });
      await until(() => told.some(({ started }) => started === 'job-orphan'), 10_000);
      const exited = once(first, 'exit');
      first.kill('SIGKILL');
      await exited;

      const ranAtHome: string[] = [];
      const home = consume(
        queues,
        'answers',
        { 'answer.grade': async (_, { jobId }) => void ranAtHome.push(jobId) },
        { concurrency: 8, onDead: async () => undefined },
      );
      startWorker('isolation', asInProduction);
      const restarted = () => told.filter(({ started }) => started === 'job-orphan').length === 2;
      expect(await until(restarted, 25_000)).to.be.below(20_000);
      expect(ranAtHome).to.deep.equal([]);
      expect(await queues.registry.metrics()).to.include('rung_jobs_stalled_total{queue="answers"} 1');
      await home.close(1000);
      const isolation = await queues.queue('isolation');
      expect((await isolation.getJob('job-orphan'))?.data).to.deep.equal({ updateSeq: '1' });
    });

    it('die alone when they are the ones that kill', async function () {
      this.timeout(40_000);
      await (await queues.queue('isolation')).obliterate({ force: true });
      await (await queues.queue('isolation')).resume();
      const producer = makeProducer(queues);
      const innocents = Array.from({ length: 20 }, (_, n) => `${n + 2}`);
      const jobs = [...innocents.slice(0, 5), '666', ...innocents.slice(5)];
      const items = jobs.map((updateSeq) => ({ payload: { updateSeq }, jobId: `update-${updateSeq}` }));
      expect(await producer.enqueueMany('answer.grade', items)).to.equal(21);
      await once(startWorker('answers', quick), 'exit');

      const atHome: string[] = [];
      const home = consume(
        queues,
        'answers',
        { 'answer.grade': async (_, { jobId }) => void atHome.push(jobId) },
        { concurrency: 8, onDead: async () => expect.fail('buried at home'), recovery: quick },
      );
      // As an orchestrator does: another one whenever it dies.
      const keepUp = () => startWorker('isolation', quick).on('exit', (_, signal) => keepUpAfter(signal));
      let deaths = 0;
      const keepUpAfter = (signal: string | null) => {
        if (signal !== 'SIGKILL' || told.some(({ dead }) => dead !== undefined) || deaths > 5) return;
        deaths += 1;
        keepUp();
      };
      keepUp();
      await until(() => told.some(({ dead }) => dead !== undefined), 30_000);
      const finished = () => new Set([...told.flatMap(({ done }) => done ?? []), ...atHome]);
      await until(() => finished().size === innocents.length, 10_000);
      await home.close(1000);

      expect(deaths, 'times that it killed its isolated worker').to.equal(2);
      const buried = told.filter(({ dead }) => dead !== undefined);
      expect(buried).to.deep.equal([
        { dead: 'update-666', error: 'job stalled more than allowable limit', queue: 'isolation' },
      ]);
      expect([...finished()].sort()).to.deep.equal(innocents.map((n) => `update-${n}`).sort());
    });
  });
}
