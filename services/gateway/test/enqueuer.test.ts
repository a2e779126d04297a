import type { IncomingUpdate } from '@rung/db';
import { connectQueues, makeProducer, type Queues } from '@rung/jobs';
import { expect } from 'chai';
import { freePort } from '../../../scripts/stack/ports.ts';
import { makeEnqueuer } from '../src/enqueuer.ts';
import { type InboxDatabase, openInboxDatabase } from './inboxDatabase.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('enqueueing what is stored', () => {
  let inbox: InboxDatabase;
  let queues: Queues;
  before(async () => {
    inbox = await openInboxDatabase();
    queues = connectQueues({ url: inbox.url, logger: silent });
    // The first use of a queue opens it, which may take longer than a gateway waits.
    await Promise.all([queues.queue('answers'), queues.queue('commands')]);
  });
  after(async () => {
    await queues?.close();
    await inbox?.close();
  });

  const stored = (
    updateId: number,
    job: IncomingUpdate['job'],
    more: { seq?: null; quarantined?: true } = {},
  ) => ({
    update: {
      botId: '1',
      updateId,
      userId: '42',
      job,
      payload: '{}',
      receivedAt: new Date('2026-03-10T10:00:00Z'),
      quarantine: null,
    },
    stored: { seq: String(1000 + updateId), quarantined: false, ...more },
  });
  const jobs = () =>
    inbox.db.sql<{ queue: string; id: string }>('SELECT queue, id FROM bullmq.job ORDER BY queue, id');

  it('gives each stored update its job once, and none to what is repeated or of no use', async () => {
    const enqueuer = makeEnqueuer(makeProducer(queues));
    enqueuer.add([stored(1, 'answer.grade'), stored(2, 'command.run'), stored(2, 'command.run')]);
    enqueuer.add([
      stored(3, 'command.run', { seq: null }),
      stored(4, 'command.run', { quarantined: true }),
      stored(5, null),
      stored(6, 'answer.grade'),
    ]);
    await enqueuer.drain();
    expect(await jobs()).to.deep.equal([
      { queue: 'answers', id: 'update-1-1' },
      { queue: 'answers', id: 'update-1-6' },
      { queue: 'commands', id: 'update-1-2' },
    ]);
  });

  it('goes on after updates of which none needs a job', async () => {
    const enqueuer = makeEnqueuer(makeProducer(queues));
    enqueuer.add([stored(9, 'command.run', { seq: null })]);
    enqueuer.add([stored(10, 'command.run')]);
    await enqueuer.drain();
    expect(await jobs()).to.deep.include({ queue: 'commands', id: 'update-1-10' });
  });

  it('costs nobody anything while the queue is away', async () => {
    const away = connectQueues({ url: `redis://127.0.0.1:${await freePort()}`, logger: silent });
    const enqueuer = makeEnqueuer(makeProducer(away));
    const started = performance.now();
    enqueuer.add([stored(7, 'answer.grade'), stored(8, 'command.run')]);
    expect(performance.now() - started).to.be.below(50);
    await enqueuer.drain();
    expect(performance.now() - started).to.be.below(400);
    await away.close();
  });
});
