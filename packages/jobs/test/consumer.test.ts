import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import {
  type Consumer,
  connectQueues,
  consume,
  type DeadLetter,
  Final,
  type Handler,
  makeProducer,
  PauseQueue,
  Postpone,
  type Producer,
  ping,
  type Queues,
  queueCounts,
} from '../src/index.ts';
import { makeRecordingLogger } from './recording.ts';
import { backends, type QueueServer, skipWithout } from './servers.ts';
import { until } from './waiting.ts';

for (const backend of backends) {
  describe(`jobs on ${backend.name}`, () => {
    let server: QueueServer;
    let queues: Queues;
    let producer: Producer;
    let dead: DeadLetter[];
    let consumers: Consumer[];

    before(async function () {
      skipWithout(backend.missing, this);
      server = await backend.open();
    });
    after(() => server?.stop());

    beforeEach(async () => {
      queues = connectQueues({ url: server.url, logger: makeRecordingLogger() });
      producer = makeProducer(queues);
      dead = [];
      consumers = [];
      expect(await ping(queues)).to.equal(true);
    });
    afterEach(async () => {
      await Promise.all(consumers.map((consumer) => consumer.close(1000)));
      await queues.close();
    });

    async function grading(grade: Handler<'answer.grade'>, concurrency = 4): Promise<Consumer> {
      const consumer = consume(queues, 'answers', { 'answer.grade': grade }, { concurrency, onDead: bury });
      consumers.push(consumer);
      await consumer.ready();
      return consumer;
    }

    async function sending(send: Handler<'delivery.send'>, concurrency = 8): Promise<Consumer> {
      const unwanted = async () => undefined;
      const handlers = { 'delivery.send': send, 'delivery.expire': unwanted, 'correction.tell': unwanted };
      const consumer = consume(queues, 'deliveries', handlers, { concurrency, onDead: bury });
      consumers.push(consumer);
      await consumer.ready();
      return consumer;
    }

    async function bury(letter: DeadLetter): Promise<void> {
      dead.push(letter);
    }

    it('hands a job to its handler with payload, id, attempt and correlation id', async () => {
      const seen: unknown[] = [];
      await grading(async (payload, context) => void seen.push({ payload, context }));
      expect(await producer.enqueue('answer.grade', { updateSeq: '7' }, { jobId: 'update-1-7' })).to.equal(
        true,
      );
      await until(() => seen.length === 1, 2000);
      expect(seen).to.deep.equal([
        {
          payload: { updateSeq: '7' },
          context: { jobId: 'update-1-7', attempt: 1, correlationId: 'update-1-7' },
        },
      ]);
    });

    it('starts a job within 20 ms when idle', async () => {
      let startedAt = 0;
      await grading(async () => {
        startedAt = performance.now();
      });
      const waits: number[] = [];
      for (let n = 1; n <= 11; n += 1) {
        // Let the worker go idle first.
        await delay(30);
        startedAt = 0;
        const at = performance.now();
        await producer.enqueue(
          'answer.grade',
          { updateSeq: `${n}` },
          { jobId: `idle-${n}`, timeoutMs: 2000 },
        );
        await until(() => startedAt > 0, 2000);
        waits.push(startedAt - at);
      }
      expect(waits.sort((a, b) => a - b)[5]).to.be.below(20);
    });

    it('buries a job with a wrong payload or an unknown name at once, unrun', async () => {
      let runs = 0;
      await grading(async () => void runs++);
      const answers = await queues.queue('answers');
      const options = { attempts: 5, removeOnFail: true };
      await answers.add('answer.grade', { updateSeq: 'abc' }, { ...options, jobId: 'bad' });
      await answers.add('answer.guess', { updateSeq: '1' }, { ...options, jobId: 'unknown' });
      await until(() => dead.length === 2, 2000);
      expect(runs).to.equal(0);
      expect(dead.map(({ jobId }) => jobId)).to.have.members(['bad', 'unknown']);
      const bad = dead.find(({ jobId }) => jobId === 'bad');
      expect(bad).to.include({ queue: 'answers', name: 'answer.grade', attempts: 1 });
      expect(bad?.error).to.equal('bad payload (updateSeq: invalid_format)');
      expect(bad?.payload).to.deep.equal({ updateSeq: 'abc' });
      expect(bad?.failedAt).to.be.a('date');
    });

    it('tries a failed job again after a growing, jittered pause', async () => {
      const runs: { at: number; attempt: number }[] = [];
      await grading(async (_, { attempt }) => {
        runs.push({ at: performance.now(), attempt });
        if (attempt < 3) throw new Error('not yet');
      });
      await producer.enqueue('answer.grade', { updateSeq: '1' }, { jobId: 'job-flaky' });
      await until(() => runs.length === 3, 6000);
      expect(runs.map(({ attempt }) => attempt)).to.deep.equal([1, 2, 3]);
      const [first, second, third] = runs.map(({ at }) => at);
      expect((second ?? 0) - (first ?? 0)).to.be.within(480, 1500);
      expect((third ?? 0) - (second ?? 0)).to.be.within(980, 2500);
      expect(dead).to.deep.equal([]);
    });

    it('buries a job when its attempts are used up, once, and at once when the error is final', async () => {
      let runs = 0;
      await grading(async ({ updateSeq }) => {
        runs += 1;
        throw updateSeq === '1' ? new Error('broken postgres://me:secret@host/db') : new Final('hopeless');
      });
      const answers = await queues.queue('answers');
      await answers.add(
        'answer.grade',
        { updateSeq: '1' },
        { attempts: 2, removeOnFail: true, jobId: 'weak' },
      );
      await producer.enqueue('answer.grade', { updateSeq: '2' }, { jobId: 'job-final' });
      await until(() => dead.length === 2, 3000);
      expect(runs).to.equal(3);
      const letters = dead.map(({ jobId, attempts, error }) => ({ jobId, attempts, error }));
      expect(letters).to.have.deep.members([
        { jobId: 'weak', attempts: 2, error: 'broken postgres://***@host/db' },
        { jobId: 'job-final', attempts: 1, error: 'hopeless' },
      ]);
    });

    it('survives a dead letter that cannot be written', async () => {
      const done: string[] = [];
      const handler: Handler<'command.run'> = async ({ updateSeq }) => {
        if (updateSeq === '1') throw new Final('no');
        done.push(updateSeq);
      };
      const onDead = () => Promise.reject(new Error('database away'));
      const consumer = consume(queues, 'commands', { 'command.run': handler }, { concurrency: 1, onDead });
      consumers.push(consumer);
      await consumer.ready();
      await producer.enqueue('command.run', { updateSeq: '1' }, { jobId: 'lost-letter' });
      await producer.enqueue('command.run', { updateSeq: '2' }, { jobId: 'job-next' });
      await until(() => done.length === 1, 2000);
    });

    it('postpones a job without spending an attempt or holding up others', async () => {
      const runs: { id: string; at: number; attempt: number }[] = [];
      let untilMs = 0;
      await grading(async ({ updateSeq }, { attempt }) => {
        runs.push({ id: updateSeq, at: Date.now(), attempt });
        if (updateSeq === '1' && runs.filter(({ id }) => id === '1').length <= 2) {
          untilMs = Date.now() + 300;
          throw new Postpone(untilMs);
        }
      });
      await producer.enqueue('answer.grade', { updateSeq: '1' }, { jobId: 'chat-paused' });
      await until(() => runs.length === 1, 2000);
      await producer.enqueue('answer.grade', { updateSeq: '2' }, { jobId: 'other-chat' });
      expect(await until(() => runs.length === 2, 2000)).to.be.below(250);
      await until(() => runs.length === 4, 3000);
      const paused = runs.filter(({ id }) => id === '1');
      expect(paused.map(({ attempt }) => attempt)).to.deep.equal([1, 1, 1]);
      expect(paused[2]?.at).to.be.at.least(untilMs - 1);
      expect(dead).to.deep.equal([]);
    });

    it('rests the whole queue when told to, without spending an attempt', async () => {
      const runs: { id: string; at: number; attempt: number }[] = [];
      await sending(async ({ deliveryId }, { attempt }) => {
        runs.push({ id: deliveryId, at: performance.now(), attempt });
        if (runs.length === 1) throw new PauseQueue(600);
      });
      await producer.enqueue('delivery.send', { deliveryId: '1' }, { jobId: 'send-1' });
      await until(() => runs.length === 1, 2000);
      await producer.enqueue('delivery.send', { deliveryId: '2' }, { jobId: 'send-2' });
      await until(() => runs.length === 3, 4000);
      const [first, second] = runs;
      expect((second?.at ?? 0) - (first?.at ?? 0)).to.be.at.least(550);
      expect(runs.map(({ attempt }) => attempt)).to.deep.equal([1, 1, 1]);
    });

    it('rests a queue without a budget at every worker as well', async () => {
      const starts: number[] = [];
      let pausedAt = 0;
      const grade = async ({ updateSeq }: { updateSeq: string }) => {
        if (updateSeq === '1' && pausedAt === 0) {
          pausedAt = performance.now();
          throw new PauseQueue(1500);
        }
        starts.push(performance.now());
      };
      await Promise.all([grading(grade), grading(grade)]);
      await producer.enqueue('answer.grade', { updateSeq: '1' }, { jobId: 'tap-1' });
      await until(() => pausedAt > 0, 2000);
      const items = Array.from({ length: 20 }, (_, n) => ({
        payload: { updateSeq: `${n + 2}` },
        jobId: `tap-${n + 2}`,
      }));
      await producer.enqueueMany('answer.grade', items);
      await until(() => starts.length === 21, 6000);
      // One job may have been on its way to the other worker already.
      expect(starts.filter((at) => at < pausedAt + 1400).length).to.be.at.most(2);
    });

    it('never starts more deliveries in a second than the budget, over all workers', async () => {
      const starts: number[] = [];
      const send = async () => void starts.push(performance.now());
      await Promise.all([sending(send), sending(send)]);
      const items = Array.from({ length: 60 }, (_, n) => ({
        payload: { deliveryId: `${n + 1}` },
        jobId: `bulk-${n}`,
      }));
      expect(await producer.enqueueMany('delivery.send', items)).to.equal(60);
      await until(() => starts.length === 60, 8000);
      for (const [n, at] of starts.entries()) {
        const within = starts.filter((other) => other >= at && other < at + 1000).length;
        expect(within, `second from start ${n}`).to.be.at.most(26);
      }
      expect((starts.at(-1) ?? 0) - (starts[0] ?? 0), 'not far below the budget either').to.be.below(4500);
    });

    it('keeps live jobs of one id apart and takes the id again after the job is done or dead', async () => {
      const runs: string[] = [];
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      await grading(async ({ updateSeq }) => {
        runs.push(updateSeq);
        if (updateSeq === '1') await held;
        if (updateSeq === '2') throw new Final('dead');
      });
      const enqueue = (updateSeq: string) =>
        producer.enqueue('answer.grade', { updateSeq }, { jobId: 'job-same' });
      await enqueue('1');
      await until(() => runs.length === 1, 2000);
      expect(await enqueue('9')).to.equal(true);
      release();
      const answers = await queues.queue('answers');
      await gone();
      await enqueue('2');
      await until(() => dead.length === 1, 2000);
      await gone();
      await enqueue('3');
      await until(() => runs.length === 3, 2000);
      expect(runs).to.deep.equal(['1', '2', '3']);

      async function gone(): Promise<void> {
        while ((await answers.getJob('job-same')) !== undefined) await delay(5);
      }
    });

    it('runs a delayed job when it is due', async () => {
      let startedAt = 0;
      await grading(async () => {
        startedAt = performance.now();
      });
      const at = performance.now();
      await producer.enqueue('answer.grade', { updateSeq: '1' }, { jobId: 'job-later', delayMs: 400 });
      await until(() => startedAt > 0, 3000);
      expect(startedAt - at).to.be.within(390, 900);
    });

    it('refuses job ids that BullMQ would refuse or mistake for its own keys', async () => {
      for (const jobId of ['', '123', 'a:b', 'active']) {
        const error = await producer
          .enqueue('answer.grade', { updateSeq: '1' }, { jobId })
          .catch((cause) => cause);
        expect(error).to.be.instanceOf(TypeError);
      }
    });

    it('waits for the active job when it closes, and takes no other', async () => {
      const done: string[] = [];
      let started = false;
      const consumer = await grading(async ({ updateSeq }) => {
        started = true;
        await delay(300);
        done.push(updateSeq);
      }, 1);
      await producer.enqueue('answer.grade', { updateSeq: '1' }, { jobId: 'job-active' });
      await until(() => started, 2000);
      await producer.enqueue('answer.grade', { updateSeq: '2' }, { jobId: 'job-left' });
      expect(await consumer.close(3000)).to.equal(true);
      expect(done).to.deep.equal(['1']);
      const answers = await queues.queue('answers');
      expect(await answers.getJob('job-active')).to.equal(undefined);
      expect(await answers.remove('job-left')).to.equal(1);
    });

    it('does not wait longer than the deadline for a job that does not end', async () => {
      let end = (): void => undefined;
      let started = false;
      const consumer = await grading(async () => {
        started = true;
        await new Promise<void>((resolve) => {
          end = resolve;
        });
      });
      await producer.enqueue('answer.grade', { updateSeq: '1' }, { jobId: 'job-endless' });
      await until(() => started, 2000);
      const at = performance.now();
      expect(await consumer.close(200)).to.equal(false);
      expect(performance.now() - at).to.be.within(190, 600);
      end();
    });

    it('counts runs, waits and what lies in the queues', async () => {
      queueCounts(queues);
      const commands = await queues.queue('commands');
      const payload = { updateSeq: '5' };
      await commands.add('command.run', payload, { jobId: 'old', timestamp: Date.now() - 90_000 });
      await producer.enqueue('command.run', payload, { jobId: 'job-new' });
      const before = await queues.registry.metrics();
      expect(before).to.include('rung_queue_jobs{queue="commands",state="waiting"} 2');
      const age = /oldest_job_age_seconds\{queue="commands"\} ([\d.]+)/.exec(before)?.[1];
      expect(Number(age)).to.be.within(90, 100);

      let runs = 0;
      const handler = async () => void runs++;
      const consumer = consume(
        queues,
        'commands',
        { 'command.run': handler },
        { concurrency: 1, onDead: bury },
      );
      consumers.push(consumer);
      await until(() => runs === 2, 3000);
      await consumer.close(1000);
      const after = await queues.registry.metrics();
      expect(after).to.include('rung_jobs_total{queue="commands",job="command.run",outcome="completed"} 2');
      expect(after).to.include('rung_job_wait_seconds_bucket{le="60",queue="commands",job="command.run"} 1');
      expect(after).to.include('rung_job_wait_seconds_count{queue="commands",job="command.run"} 2');
      expect(after).to.include('rung_queue_jobs{queue="commands",state="waiting"} 0');
    });

    it('shows from the start what has not happened yet', async () => {
      consumers.push(
        consume(queues, 'commands', { 'command.run': async () => {} }, { concurrency: 1, onDead: bury }),
      );
      const metrics = await queues.registry.metrics();
      expect(metrics).to.include('rung_jobs_total{queue="commands",job="command.run",outcome="failed"} 0');
      expect(metrics).to.include('rung_jobs_total{queue="commands",job="command.run",outcome="lost"} 0');
      expect(metrics).to.include('rung_jobs_stalled_total{queue="commands"} 0');
      expect(metrics).to.not.include(
        'rung_jobs_total{queue="answers",job="answer.grade",outcome="completed"}',
      );
    });
  });
}
