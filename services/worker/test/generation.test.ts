import { expect } from 'chai';
import { type ModelServer, startModelServer } from '../../../scripts/stack/modelServer.ts';
import { type Bot, openBot, rowsOf } from './fixtures.ts';
import type { Person } from './person.ts';

describe('questions from models', () => {
  let bot: Bot;
  let first: ModelServer;
  let second: ModelServer;
  let ada: Person;

  // Circuits and budgets remember: each test has a bot and models of its own.
  beforeEach(async () => {
    first = await startModelServer();
    second = await startModelServer({ firstQuestion: 1_000 });
    const provider = (name: string, server: ModelServer) => ({
      name,
      baseUrl: server.baseUrl,
      apiKey: `key-of-${name}`,
      model: `${name}-model`,
      timeoutMs: 3_000,
    });
    bot = await openBot({ perCell: 2, models: [provider('first', first), provider('second', second)] });
    ada = await bot.learner({ topics: ['streaming', 'data_quality'] });
  });
  afterEach(async () => {
    await bot?.close();
    await first?.close();
    await second?.close();
  });

  /** Makes a learner have seen all questions at these levels. */
  async function hasSeen(person: Person, levels: readonly number[]): Promise<void> {
    await bot.db.sql(
      `INSERT INTO user_questions (user_id, question_id, question_version, kind, slot_at, local_date, expires_at, state,
         option_order, level, sent_at, latest)
       SELECT $1, id, version, 'practice', '2026-01-01', '2026-01-01', '2026-01-01', 'expired', '{0,1,2,3}', level,
         '2026-01-01', true
       FROM questions WHERE level = ANY ($2) AND status = 'active'
       ON CONFLICT DO NOTHING`,
      [person.id, levels],
    );
  }

  const sourceOf = async (delivery: string) => {
    const [row] = await bot.db.sql<{ source: string; supply: string }>(
      `SELECT q.source, d.supply FROM user_questions d JOIN questions q ON q.id = d.question_id WHERE d.id = $1`,
      [delivery],
    );
    return row;
  };
  const requests = () => first.requests.length + second.requests.length;

  it('are delivered at once when nothing unseen is left at or beside the level', async () => {
    await hasSeen(ada, [1, 2, 3]);
    const delivery = await bot.daily(ada);
    expect(await sourceOf(delivery)).to.deep.equal({ source: 'first-model', supply: 'generated' });
    expect((await bot.delivery(delivery)).state).to.equal('sent');
    const graded = await ada.answers(delivery, 'right');
    expect(graded.text).to.include('Correct!');
  });

  it('are not of a topic that has had its days running', async () => {
    await hasSeen(ada, [1, 2, 3]);
    await bot.db.sql(
      `INSERT INTO topic_performance (user_id, topic, answered, correct)
       VALUES ($1, 'streaming', 200, 0), ($1, 'data_quality', 200, 200)`,
      [ada.id],
    );
    const topics: unknown[] = [];
    for (let day = 0; day < 3; day++) {
      // What a call cost is no matter here.
      await bot.db.sql('DELETE FROM llm_calls');
      const delivery = await bot.daily(ada);
      const [row] = await bot.db.sql<{ topic: string; supply: string }>(
        `SELECT v.topic, d.supply FROM user_questions d
         JOIN question_versions v ON v.question_id = d.question_id AND v.version = d.question_version WHERE d.id = $1`,
        [delivery],
      );
      topics.push(row);
    }
    expect(topics).to.deep.equal([
      { topic: 'streaming', supply: 'generated' },
      { topic: 'streaming', supply: 'generated' },
      { topic: 'data_quality', supply: 'generated' },
    ]);
  });

  it('are never waited for while an unseen one is left at or beside the level, even with models that hang', async () => {
    first.behave('hang');
    second.behave('hang');
    await hasSeen(ada, [2, 3]);
    const before = requests();
    const delivery = await bot.daily(ada);
    expect(await sourceOf(delivery)).to.deep.equal({ source: 'static', supply: 'unseen_neighbour' });
    expect(requests()).to.equal(before);
    expect(bot.enqueued.map(({ name, jobId }) => ({ name, jobId }))).to.deep.equal([
      { name: 'question.generate', jobId: `generate-${ada.id}-2` },
    ]);
  });

  it('give way to an unseen one further away, then to what was seen, when models hang: within 10 s', async () => {
    first.behave('hang');
    second.behave('hang');
    await hasSeen(ada, [1, 2, 3]);
    let started = performance.now();
    expect(await sourceOf(await bot.daily(ada))).to.include({ supply: 'unseen_other' });
    expect(performance.now() - started).to.be.lessThan(10_000);

    const bob = await bot.learner({ topics: ['streaming'] });
    await hasSeen(bob, [1, 2, 3, 4]);
    started = performance.now();
    expect(await sourceOf(await bot.daily(bob))).to.include({ supply: 'seen_longest_ago' });
    expect(performance.now() - started).to.be.lessThan(10_000);
  }).timeout(40_000);

  it('come from the second provider when the first is down', async () => {
    first.behave('server_error');
    await hasSeen(ada, [1, 2, 3]);
    expect(await sourceOf(await bot.daily(ada))).to.deep.equal({
      source: 'second-model',
      supply: 'generated',
    });
  });

  it('are never shown when they are bad; the reason is kept, and the learner gets another', async () => {
    first.behave({ write: 'wrong_key' });
    second.behave({ write: 'wrong_key' });
    await hasSeen(ada, [1, 2, 3]);
    expect(await sourceOf(await bot.daily(ada))).to.deep.equal({ source: 'static', supply: 'unseen_other' });
    const reasons = await bot.db.sql<{ reason: string }>('SELECT reason FROM rejected_questions ORDER BY id');
    expect(reasons[0]?.reason).to.equal('wrong_key');
    const generated = await bot.db.sql(`SELECT FROM questions WHERE source <> 'static'`);
    expect(generated).to.deep.equal([]);
  });

  it('are written ahead of need, as many as the budget of a learner allows', async () => {
    await hasSeen(ada, [2]);
    await bot.topUp(ada.id, 2);
    const written = await bot.db.sql<{ topic: string; level: number }>(
      `SELECT topic, level FROM questions WHERE source <> 'static' AND status = 'active'`,
    );
    expect(written).to.have.length(2);
    expect(written.every(({ level }) => level === 2)).to.equal(true);
    expect(await rowsOf(bot.db, 'llm_calls', ada)).to.have.length.within(4, 5);
    expect(await sourceOf(await bot.daily(ada))).to.deep.equal({
      source: 'first-model',
      supply: 'unseen_level',
    });
  });

  it('are not asked for by a learner with enough unseen ones', async () => {
    const rich = await bot.learner();
    const before = requests();
    await bot.topUp(rich.id, 2);
    expect(requests()).to.equal(before);
    await bot.daily(rich);
    expect(requests()).to.equal(before);
  });
});
