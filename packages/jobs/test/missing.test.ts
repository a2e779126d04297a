import { expect } from 'chai';
import { connectQueues, consume, findMissing, makeProducer, type Queues } from '../src/index.ts';
import { makeRecordingLogger } from './recording.ts';
import { backends, type QueueServer, skipWithout } from './servers.ts';
import { until } from './waiting.ts';

for (const backend of backends) {
  describe(`looking for jobs by id on ${backend.name}`, () => {
    let server: QueueServer;
    let queues: Queues;

    before(async function () {
      skipWithout(backend.missing, this);
      server = await backend.open();
      queues = connectQueues({ url: server.url, logger: makeRecordingLogger() });
    });
    after(async () => {
      await queues?.close();
      await server?.stop();
    });

    const ids = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, i) => `send-${from + i}`);
    const add = (jobIds: readonly string[], delayMs?: number) =>
      makeProducer(queues).enqueueMany(
        'delivery.send',
        jobIds.map((jobId) => ({
          payload: { deliveryId: jobId.slice('send-'.length) },
          jobId,
          ...(delayMs === undefined ? {} : { delayMs }),
        })),
      );
    const missing = (jobIds: readonly string[]) => findMissing(queues, 'delivery.send', jobIds);

    it('finds those that are not there, in order, among more than are asked for at a time', async () => {
      expect(await missing([])).to.deep.equal([]);
      expect(await missing(ids(1, 3))).to.deep.equal(ids(1, 3));
      await add(ids(1, 1_500));
      expect(await missing(ids(1, 1_500))).to.deep.equal([]);
      expect(await missing([...ids(1_501, 1_502), ...ids(1, 1_400), 'send-1600'])).to.deep.equal([
        'send-1501',
        'send-1502',
        'send-1600',
      ]);
      expect(await findMissing(queues, 'command.run', ['send-1'])).to.deep.equal(['send-1']);
    });

    it('takes jobs for there that wait for their time, and those for missing that have vanished', async () => {
      await add(['send-2001', 'send-2002'], 60_000);
      expect(await missing(ids(2_001, 2_002))).to.deep.equal([]);
      await server.lose('deliveries', 'send-2001');
      expect(await missing(ids(2_001, 2_002))).to.deep.equal(['send-2001']);
    });

    it('takes jobs for there that are under way or in isolation', async () => {
      const isolation = await queues.queue('isolation');
      await isolation.add('delivery.send', { deliveryId: '3001' }, { jobId: 'send-3001' });
      const gate = Promise.withResolvers<void>();
      const seen: string[] = [];
      const handlers = {
        'answer.grade': async ({ updateSeq }: { updateSeq: string }) => {
          seen.push(updateSeq);
          await gate.promise;
        },
      };
      const consumer = consume(queues, 'answers', handlers, { concurrency: 1, onDead: async () => {} });
      try {
        await consumer.ready();
        await makeProducer(queues).enqueue('answer.grade', { updateSeq: '7' }, { jobId: 'update-1-7' });
        await until(() => seen.length === 1, 5_000);
        expect(await findMissing(queues, 'answer.grade', ['update-1-7'])).to.deep.equal([]);
        expect(await missing(['send-3001', 'send-3002'])).to.deep.equal(['send-3002']);
      } finally {
        gate.resolve();
        await consumer.close(1_000);
      }
      expect(await findMissing(queues, 'answer.grade', ['update-1-7'])).to.deep.equal(['update-1-7']);
    });
  });
}
