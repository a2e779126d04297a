import { connectDatabase, type Database, migrate } from '@rung/db';
import { defaultPolicy } from '@rung/domain';
import { expect } from 'chai';
import { addLearners, addQuestions } from '../packages/db/test/fixtures.ts';
import { chooseForDelivery } from '../services/worker/src/deliveries/chooseQuestion.ts';
import { createDatabase, type TestDatabase } from './harness/database.ts';
import { runOps } from './harness/ops.ts';

describe('"why this question?"', function () {
  this.timeout(60_000);
  let test: TestDatabase;
  let db: Database;
  let days = 0;

  before(async () => {
    test = await createDatabase();
    await migrate({ url: test.url });
    db = await connectDatabase({ url: test.url, poolSize: 2 });
    await addLearners(db, {});
    for (const topic of ['streaming', 'orchestration']) await addQuestions(db, { level: 2, topic, count: 2 });
  });
  after(async () => {
    await db?.close();
    await test?.drop();
  });

  const pending = async () => {
    const localDate = `2026-03-${10 + days++}`;
    const [row] = await db.sql<{ id: string }>(
      `INSERT INTO user_questions (user_id, kind, slot_at, local_date, expires_at)
       VALUES (1, 'daily', $1::date, $1::date, $1::date + 1) RETURNING id`,
      [localDate],
    );
    return { id: row?.id ?? '', userId: '1', localDate, kind: 'daily' } as const;
  };
  const choose = async () => {
    const delivery = await pending();
    await chooseForDelivery(db, delivery, defaultPolicy, { wanted: false, questionId: null });
    const [row] = await db.sql<{ question: string }>(
      'SELECT question_id AS question FROM user_questions WHERE id = $1',
      [delivery.id],
    );
    return { id: delivery.id, question: row?.question ?? '' };
  };
  const explain = (id: string) => runOps(test.url, ['delivery', 'explain', id]);

  it('is answered in plain words, and the choice leads to the same question when it is played again', async () => {
    const { id, question } = await choose();
    const { code, out } = await explain(id);
    expect(out).to.contain(`Delivery ${id}: daily question of learner 1 for 2026-03-1`);
    expect(out).to.contain(`Question ${question}, version 1, level 2`);
    expect(out).to.contain("It is one that the learner had never been shown, at the learner's level.");
    expect(out).to.match(/streaming 50\.0 %, orchestration 50\.0 %|orchestration 50\.0 %, streaming 50\.0 %/);
    expect(out).to.match(new RegExp(`${question} +-0\\.69 +75\\.0 % +0\\.0 %`));
    expect(out).to.contain('Replayed from the seed 1:2026-03-1');
    expect(out).to.contain(': the same question.');
    expect(code).to.equal(0);
  });

  it('is answered for repeats, which nobody draws', async () => {
    for (let i = 0; i < 4; i++) await choose();
    const { out } = await explain((await choose()).id);
    expect(out).to.contain('It is the one seen longest ago');
    expect(out).to.contain('nothing to replay');
  });

  it('is answered with a failure when the stored choice leads elsewhere', async () => {
    const { id } = await choose();
    await db.sql(`UPDATE user_questions SET selection = selection || $2 WHERE id = $1`, [
      id,
      JSON.stringify({
        weights: [{ topic: 'streaming', weight: 1 }],
        considered: [{ questionId: 'another', difficulty: 0, predicted: 0.6 }],
      }),
    ]);
    const other = await explain(id);
    expect(other.err).to.contain('another (streaming). The rules have changed since.');
    expect(other.code).to.equal(1);
    await db.sql(`UPDATE user_questions SET selection = '{}' WHERE id = $1`, [id]);
    expect((await explain(id)).code).to.equal(1);
  });

  it('has no answer before a question is chosen, nor for what is not there', async () => {
    const waiting = await explain((await pending()).id);
    expect(waiting.out).to.contain('No question has been chosen for it yet.');
    expect((await explain('999')).err).to.equal('There is no delivery 999.\n');
    expect((await explain('x')).err).to.contain('not an id: x');
    // One more than a bigint holds.
    expect((await explain('9223372036854775808')).err).to.contain('not an id');
  });
});
