import { expect } from 'chai';
import { connectQueues, ensureSchedules, type Queues } from '../src/index.ts';
import { makeRecordingLogger } from './recording.ts';
import { backends, type QueueServer, skipWithout } from './servers.ts';

for (const backend of backends) {
  describe(`schedules on ${backend.name}`, () => {
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

    it('ticks daily.distribute every minute and leaves a schedule that is there alone', async () => {
      expect(await ensureSchedules(queues)).to.equal(true);
      expect(await ensureSchedules(queues)).to.equal(false);
      const schedule = await queues.queue('schedule');
      const scheduler = await schedule.getJobScheduler('daily.distribute');
      expect(scheduler).to.include({ pattern: '* * * * *', tz: 'Etc/UTC' });
      expect((scheduler?.next ?? 0) % 60_000).to.equal(0);
      expect((scheduler?.next ?? 0) - Date.now()).to.be.within(0, 60_000);
    });

    it('restores a schedule that was removed, changed, or has lost its next job', async () => {
      await ensureSchedules(queues);
      const schedule = await queues.queue('schedule');
      await schedule.removeJobScheduler('daily.distribute');
      expect(await ensureSchedules(queues), 'removed').to.equal(true);
      await schedule.upsertJobScheduler('daily.distribute', { pattern: '0 3 * * *', tz: 'Etc/UTC' });
      expect(await ensureSchedules(queues), 'changed').to.equal(true);
      const scheduler = await schedule.getJobScheduler('daily.distribute');
      const waiting = await schedule.getDelayedCount();
      await server.lose('schedule', `repeat:daily.distribute:${scheduler?.next}`);
      expect(await schedule.getDelayedCount()).to.equal(waiting - 1);
      expect(await ensureSchedules(queues), 'without its next job').to.equal(true);
      expect(await schedule.getDelayedCount()).to.equal(waiting);
    });
  });
}
