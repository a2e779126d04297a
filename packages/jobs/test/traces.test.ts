import type { Tracing } from '@rung/platform';
import { expect } from 'chai';
import { startTraceReceiver, type TraceReceiver, traceTo } from '../../../tests/harness/otlp.ts';
import {
  connectQueues,
  consume,
  Final,
  type Handlers,
  makeProducer,
  Postpone,
  type Queues,
} from '../src/index.ts';
import { makeRecordingLogger } from './recording.ts';
import { backends, type QueueServer, skipWithout } from './servers.ts';
import { until } from './waiting.ts';

for (const backend of backends) {
  describe(`traces of jobs on ${backend.name}`, () => {
    let server: QueueServer;
    let receiver: TraceReceiver;
    let tracing: Tracing;
    let queues: Queues;

    before(async function () {
      skipWithout(backend.missing, this);
      server = await backend.open();
    });
    after(() => server?.stop());
    beforeEach(async () => {
      receiver = await startTraceReceiver();
      tracing = await traceTo(receiver);
      queues = connectQueues({ url: server.url, logger: makeRecordingLogger(), tracing });
    });
    afterEach(async () => {
      await queues?.close();
      await receiver?.close();
    });

    /** Runs what is enqueued until `count` runs have ended; resolves to the spans of all that. */
    async function run(handlers: Handlers<'deliveries'>, count: number) {
      let ended = 0;
      const counted =
        <P, C>(handler: (payload: P, context: C) => Promise<void>) =>
        (payload: P, context: C) =>
          handler(payload, context).finally(() => {
            ended += 1;
          });
      const consumer = consume(
        queues,
        'deliveries',
        {
          'delivery.send': counted(handlers['delivery.send']),
          'delivery.expire': counted(handlers['delivery.expire']),
          'correction.tell': counted(handlers['correction.tell']),
        },
        { concurrency: 1, onDead: async () => undefined },
      );
      await until(() => ended === count, 10_000);
      await consumer.close(5_000);
      await tracing.close();
      return receiver.spans;
    }
    const done = async () => undefined;

    it('has enqueueing, sending and expiring of a delivery in one trace, other jobs in their own', async () => {
      const producer = makeProducer(queues);
      const payload = { deliveryId: '7' };
      await producer.enqueueMany('delivery.send', [{ payload, jobId: 'send-7' }]);
      await producer.enqueue('delivery.expire', payload, { jobId: 'expire-7', timeoutMs: 2_000 });
      await producer.enqueue(
        'correction.tell',
        { answerId: '7' },
        { jobId: 'correction-7', timeoutMs: 2_000 },
      );
      const handlers = { 'delivery.send': done, 'delivery.expire': done, 'correction.tell': done };
      const spans = await run(handlers, 3);
      const first = spans.find(({ name }) => name === 'delivery.send');
      const ofDelivery = spans.filter(({ traceId }) => traceId === first?.traceId);
      expect(ofDelivery.map(({ name, kind }) => `${name} ${kind}`).sort()).to.deep.equal([
        'delivery.expire 5',
        'delivery.send 5',
        'enqueue delivery.expire 4',
        'enqueue delivery.send 4',
      ]);
      for (const { parentSpanId } of ofDelivery) expect(parentSpanId).to.equal(first?.parentSpanId);
      const others = spans.filter(({ traceId }) => traceId !== first?.traceId);
      expect(others.map(({ name, parentSpanId }) => [name, parentSpanId])).to.deep.equal([
        ['correction.tell', ''],
      ]);
    });

    it('says how long a job waited, and what became of each run: waiting is no failure', async () => {
      const producer = makeProducer(queues);
      await producer.enqueueMany('delivery.send', [{ payload: { deliveryId: '8' }, jobId: 'send-8' }]);
      const send = async () => {
        runs += 1;
        throw runs === 1 ? new Postpone(Date.now() + 50) : new Final('canary: no such chat');
      };
      let runs = 0;
      const spans = await run({ 'delivery.send': send, 'delivery.expire': done, 'correction.tell': done }, 2);
      const [first, second] = spans.filter(({ name }) => name === 'delivery.send');
      expect(first?.failed).to.equal(false);
      expect(first?.attributes['rung.job.wait_seconds']).to.be.within(0, 10);
      expect(first?.attributes).to.include({ 'rung.job.outcome': 'postponed' });
      expect(second?.failed).to.equal(true);
      expect(second?.attributes).to.include({ 'rung.job.outcome': 'failed', 'error.type': 'Final' });
      expect(second?.attributes).to.not.have.property('rung.job.wait_seconds');
      expect(JSON.stringify(spans)).to.not.include('canary');
    });
  });
}
