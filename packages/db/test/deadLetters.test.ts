import { expect } from 'chai';
import {
  type Database,
  type DeadLetterStore,
  makeDeadLetterStore,
  makeInboxStore,
  type NewDeadLetter,
} from '../src/index.ts';
import { addLearners, openDatabase } from './fixtures.ts';

const FAILED_AT = new Date('2026-03-10T10:00:00Z');

describe('dead letters', () => {
  let db: Database;
  let close: () => Promise<void>;
  let letters: DeadLetterStore;
  before(async () => {
    ({ db, close } = await openDatabase());
    letters = makeDeadLetterStore(db);
  });
  after(() => close?.());
  beforeEach(async () => {
    await db.sql('DELETE FROM users');
    await db.sql('DELETE FROM telegram_updates');
    await db.sql('DELETE FROM dead_letters');
    await addLearners(db, { count: 1 });
  });

  const letter = (name: string, jobId: string, payload: unknown): NewDeadLetter => ({
    queue: 'answers',
    name,
    jobId,
    payload,
    error: 'no such thing',
    attempts: 5,
    failedAt: FAILED_AT,
  });
  const receive = async (status: 'received' | 'applied' | 'done' = 'received') => {
    const [stored] = await makeInboxStore(db).store([
      {
        botId: '1',
        updateId: 1,
        userId: '1',
        job: 'answer.grade',
        payload: '{}',
        receivedAt: FAILED_AT,
        quarantine: null,
      },
    ]);
    const seq = stored?.seq ?? '';
    await db.sql(
      `UPDATE telegram_updates SET status = $2, applied_at = CASE WHEN $2 = 'received' THEN NULL ELSE now() END
       WHERE seq = $1`,
      [seq, status],
    );
    return seq;
  };
  const decide = async (state: string) => {
    const [row] = await db.sql<{ id: string }>(
      `INSERT INTO user_questions (user_id, kind, slot_at, local_date, expires_at, state)
       VALUES (1, 'daily', now(), '2026-03-10', '2026-03-11', $1) RETURNING id`,
      [state],
    );
    return row?.id ?? '';
  };
  const updateStatus = async () =>
    (await db.sql<{ status: string }>('SELECT status FROM telegram_updates'))[0]?.status;
  const deliveryState = async () =>
    (await db.sql<{ state: string }>('SELECT state FROM user_questions'))[0]?.state;

  it('are kept with all that is known of the job', async () => {
    await letters.bury(letter('command.run', 'update-1-7', { updateSeq: '12' }));
    const [row] = await letters.list(10);
    expect(row).to.deep.include({
      queue: 'answers',
      job: 'command.run',
      jobId: 'update-1-7',
      payload: { updateSeq: '12' },
      error: 'no such thing',
      attempts: 5,
      failedAt: FAILED_AT,
      redrivenAt: null,
    });
  });

  it('come once for a job, however often it is buried', async () => {
    const same = letter('command.run', 'update-1-7', { updateSeq: '12' });
    await letters.bury(same);
    await Promise.all([letters.bury(same), letters.bury({ ...same, error: 'another' })]);
    expect((await letters.list(10)).map((row) => row.error)).to.deep.equal(['no such thing']);
  });

  for (const [status, buried] of [
    ['received', 'dead'],
    ['applied', 'dead'],
    ['done', 'done'],
  ] as const) {
    it(`make an update that is ${status} ${buried}`, async () => {
      const seq = await receive(status);
      await letters.bury(letter('answer.grade', 'update-1-1', { updateSeq: seq }));
      expect(await updateStatus()).to.equal(buried);
    });
  }

  for (const status of ['received', 'applied'] as const) {
    it(`take an update back to ${status} when they are redriven, once`, async () => {
      const seq = await receive(status);
      await letters.bury(letter('answer.grade', 'update-1-1', { updateSeq: seq }));
      const id = (await letters.list(1))[0]?.id ?? '';
      const redriven = await Promise.all([letters.redrive(id), letters.redrive(id), letters.redrive(id)]);
      expect(redriven.filter((row) => row !== null)).to.have.length(1);
      expect(await updateStatus()).to.equal(status);
      expect(await letters.list(10)).to.deep.equal([]);
      await db.sql(`UPDATE telegram_updates SET status = 'done'`);
      expect(await letters.redrive(id)).to.equal(null);
      expect(await updateStatus()).to.equal('done');
    });
  }

  it('fail a delivery that could not be sent, and make it pending when they are redriven', async () => {
    const id = await decide('pending');
    await letters.bury(letter('delivery.send', `send-${id}`, { deliveryId: id }));
    expect(await deliveryState()).to.equal('failed');
    await letters.redrive((await letters.list(1))[0]?.id ?? '');
    expect(await deliveryState()).to.equal('pending');
  });

  it('leave a delivery as it is that has moved on, or whose other job died', async () => {
    const id = await decide('blocked');
    await letters.bury(letter('delivery.send', `send-${id}`, { deliveryId: id }));
    expect(await deliveryState()).to.equal('blocked');
    await db.sql(`UPDATE user_questions SET state = 'pending'`);
    await letters.bury(letter('delivery.expire', `expire-${id}`, { deliveryId: id }));
    expect(await deliveryState()).to.equal('pending');
  });

  it('come anew when a job dies again after it was redriven', async () => {
    const seq = await receive();
    for (let i = 0; i < 2; i++) {
      await letters.bury(letter('answer.grade', 'update-1-1', { updateSeq: seq }));
      expect(await updateStatus()).to.equal('dead');
      await letters.redrive((await letters.list(1))[0]?.id ?? '');
    }
    expect(await db.sql('SELECT FROM dead_letters')).to.have.length(2);
  });

  it('are written whatever the payload and the error hold', async () => {
    const payloads = [undefined, null, 'text', { updateSeq: 'x; DROP TABLE users' }, { deliveryId: -1 }, [1]];
    for (const [i, payload] of payloads.entries()) {
      await letters.bury(letter('delivery.send', `odd-${i}`, payload));
    }
    const seq = await receive();
    await letters.bury({
      ...letter('answer.grade', 'update-1-1', { updateSeq: seq }),
      error: 'unexpected \u0000 and half of a pair \ud83d',
    });
    expect(await letters.list(100)).to.have.length(payloads.length + 1);
    expect(await updateStatus()).to.equal('dead');
  });
});
