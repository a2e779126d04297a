import { makeDeadLetterStore } from '@rung/db';
import { makeRegistry } from '@rung/platform';
import { expect } from 'chai';
import { openDatabase } from '../../../packages/db/test/fixtures.ts';
import { makeBury } from '../src/bury.ts';
import { makeWorkerMetrics } from '../src/metrics.ts';

describe('a job that failed for good', () => {
  it('leaves a dead letter, and a question that was to go out counts as failed', async () => {
    const { db, close } = await openDatabase();
    try {
      const registry = makeRegistry('worker', '0');
      const letters = makeDeadLetterStore(db);
      const bury = makeBury(letters, makeWorkerMetrics(registry));
      const failed = async () =>
        /^rung_deliveries_total\{kind="daily",outcome="failed"\} (\d+)$/m.exec(await registry.metrics())?.[1];
      expect(await failed()).to.equal('0');

      for (const name of ['delivery.send', 'answer.grade', 'delivery.expire']) {
        const jobId = name.replace('.', '-');
        const failedAt = new Date('2026-03-10T10:00:00Z');
        await bury({ queue: 'any', name, jobId, payload: {}, error: 'x', attempts: 5, failedAt });
      }
      expect(await failed()).to.equal('1');
      expect(await letters.list(10)).to.have.length(3);
    } finally {
      await close();
    }
  });
});
