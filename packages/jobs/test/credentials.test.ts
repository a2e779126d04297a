import { expect } from 'chai';
import { connectQueues, consume, makeProducer } from '../src/index.ts';
import { makeRecordingLogger } from './recording.ts';
import { until } from './waiting.ts';

const letGo = async () => undefined;

describe('credentials', () => {
  it('stay out of the log when the queue cannot be reached or refuses them', async () => {
    const server = process.env.TEST_DATABASE_URL ?? '';
    const wrong = new URL(server);
    wrong.username = 'nobody_at_all';
    wrong.password = 'canary-secret';
    const addresses = [
      'redis://me:canary-secret@127.0.0.1:9',
      'postgres://me:canary-secret@127.0.0.1:9/x',
      wrong.href,
    ];
    for (const url of addresses) {
      const logger = makeRecordingLogger();
      const queues = connectQueues({ url, logger });
      const consumer = consume(
        queues,
        'answers',
        { 'answer.grade': letGo },
        { concurrency: 1, onDead: letGo },
      );
      await makeProducer(queues).enqueue(
        'answer.grade',
        { updateSeq: '1' },
        { jobId: 'job-x', timeoutMs: 500 },
      );
      await until(() => logger.lines.length > 0, 3000);
      await consumer.close(500);
      await queues.close();
      expect(logger.lines.join()).not.to.include('canary');
    }
  });
});
