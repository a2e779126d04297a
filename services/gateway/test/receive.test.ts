import { connectDatabase, makeInboxStore } from '@rung/db';
import { expect } from 'chai';
import { makeIntake } from '../src/intake.ts';
import { makeReceive, Refused, type UpdateResult } from '../src/receive.ts';
import { type InboxDatabase, openInboxDatabase } from './inboxDatabase.ts';
import { messageUpdate, raw } from './updates.ts';

const AT = new Date('2026-03-10T10:00:00Z');

describe('receiving updates', () => {
  let inbox: InboxDatabase;
  let results: UpdateResult[];
  let nextId = 1;
  before(async () => {
    inbox = await openInboxDatabase();
  });
  after(() => inbox?.close());
  beforeEach(() => {
    results = [];
  });

  const open = (db = inbox.db) =>
    makeReceive({
      botId: '9',
      intake: makeIntake({ inbox: makeInboxStore(db), onStored: () => undefined }),
      onResult: (result) => results.push(result),
    });
  const times = (result: UpdateResult) => results.filter((one) => one === result).length;

  it('takes in 20 updates of a learner in one burst, and counts and drops what is more', async () => {
    const receive = open();
    const updates = Array.from({ length: 30 }, () => messageUpdate(nextId++, 1));
    const types = await Promise.all(updates.map((update) => receive(raw(update), AT)));
    expect([times('accepted'), times('limited')]).to.deep.equal([20, 10]);
    expect(new Set(types)).to.deep.equal(new Set(['message']));
    const kept = (await inbox.rows()).filter((row) => row.userId === '1').map((row) => row.updateId);
    expect(kept).to.deep.equal(updates.slice(0, 20).map((update) => update.update_id));
  });

  it('leaves other learners alone while one of them sends too much', async () => {
    const receive = open();
    for (let i = 0; i < 40; i++) await receive(raw(messageUpdate(nextId++, 2)), AT);
    results = [];
    for (let learner = 100; learner < 150; learner++)
      await receive(raw(messageUpdate(nextId++, learner)), AT);
    expect([times('accepted'), times('limited')]).to.deep.equal([50, 0]);
  });

  it('keeps every update that is of no use, whoever sent how many', async () => {
    const receive = open();
    for (let i = 0; i < 25; i++) await receive(raw({ update_id: nextId++, poll: {} }), AT);
    expect(times('quarantined')).to.equal(25);
  });

  it('does not charge a learner for updates that it refused: they come again', async () => {
    const away = await connectDatabase({ url: inbox.url, poolSize: 1 });
    await away.close();
    let db = away;
    const receive = makeReceive({
      botId: '9',
      intake: makeIntake({
        inbox: { store: (updates) => makeInboxStore(db).store(updates) },
        onStored: () => undefined,
      }),
      onResult: (result) => results.push(result),
    });
    const update = messageUpdate(nextId++, 3);
    for (let i = 0; i < 25; i++) {
      expect(await receive(raw(update), AT).catch((error) => error)).to.be.instanceOf(Refused);
    }
    db = inbox.db;
    await receive(raw(update), AT);
    expect(results.at(-1)).to.equal('accepted');
    expect(await inbox.rowOf(update.update_id)).to.include({ status: 'received', userId: '3' });
  });

  it('stores updates of one bot under its id and at the time of their receipt', async () => {
    const update = messageUpdate(nextId++, 4);
    await open()(raw(update), AT);
    const [row] = await inbox.db.sql(
      'SELECT bot_id AS "botId", received_at AS "receivedAt" FROM telegram_updates WHERE update_id = $1',
      [update.update_id],
    );
    expect(row).to.deep.equal({ botId: '9', receivedAt: AT });
  });
});
