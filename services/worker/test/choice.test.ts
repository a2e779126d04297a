import { expect } from 'chai';
import { addQuestions } from '../../../packages/db/test/fixtures.ts';
import { type Bot, errorOf, openBot } from './fixtures.ts';
import type { Person } from './person.ts';

interface Selection {
  seed: string;
  level: number;
  ability: number;
  weights: { topic: string; weight: number }[];
  considered: { questionId: string; predicted: number }[];
  explored: boolean;
}

describe('the choice of a daily question', () => {
  let bot: Bot;
  let ada: Person;
  beforeEach(async () => {
    bot = await openBot({ perCell: 0 });
    ada = await bot.learner();
  });
  afterEach(() => bot?.close());

  const add = (level: number, topic: string, count: number) => addQuestions(bot.db, { level, topic, count });

  /** What the learner gets on the next day. */
  const next = async () => {
    const row = await bot.delivery(await bot.daily(ada));
    return {
      id: String(row.id),
      question: String(row.question_id),
      level: Number(row.level),
      supply: String(row.supply),
      order: String(row.option_order),
      selection: row.selection as Selection,
    };
  };
  const days = async (count: number) => {
    const got: Awaited<ReturnType<typeof next>>[] = [];
    for (let day = 0; day < count; day++) got.push(await next());
    return got;
  };
  const topicOf = (question: string) => question.split('-')[0];

  it('takes unseen ones at the level, beside it and further away, then a miss, then the one seen longest ago', async () => {
    await add(2, 'streaming', 2);
    await add(1, 'orchestration', 1);
    await add(3, 'data_quality', 1);
    await add(4, 'observability', 1);
    const unseen = await days(5);
    expect(unseen.map(({ supply }) => supply)).to.deep.equal([
      'unseen_level',
      'unseen_level',
      'unseen_neighbour',
      'unseen_neighbour',
      'unseen_other',
    ]);
    expect(unseen.map(({ level }) => level).sort()).to.deep.equal([1, 2, 2, 3, 4]);
    expect(new Set(unseen.map(({ question }) => question))).to.have.property('size', 5);

    await bot.db.sql(
      `INSERT INTO wrong_answers (user_id, question_id, missed_at, remaining_tries)
       VALUES ($1, 'data_quality-3-1', '2026-03-02', 2), ($1, 'observability-4-1', '2026-03-01', 1)`,
      [ada.id],
    );
    expect(await next()).to.deep.include({ supply: 'wrong_pool', question: 'observability-4-1' });
    await bot.db.sql(`UPDATE questions SET status = 'retired' WHERE id = 'observability-4-1'`);
    expect(await next()).to.deep.include({ supply: 'wrong_pool', question: 'data_quality-3-1' });

    await bot.db.sql('DELETE FROM wrong_answers');
    const again = await days(4);
    expect(again.map(({ supply }) => supply)).to.deep.equal(
      Array.from({ length: 4 }, () => 'seen_longest_ago'),
    );
    const bySeen = unseen
      .map(({ question }) => question)
      .filter((id) => !/^(observability|data_quality)/.test(id));
    expect(again.map(({ question }) => question)).to.deep.equal([...bySeen, 'data_quality-3-1']);
  });

  it('comes back to unseen ones as soon as there are some', async () => {
    await add(2, 'streaming', 2);
    await days(2);
    expect(await next()).to.deep.include({ supply: 'seen_longest_ago' });
    await add(2, 'data_quality', 1);
    expect(await next()).to.deep.include({ supply: 'unseen_level', question: 'data_quality-2-1' });
  });

  it('never shows the same topic three days running while another is there, however weak the learner is in it', async () => {
    await add(2, 'streaming', 14);
    await add(2, 'orchestration', 14);
    await bot.db.sql(
      `INSERT INTO topic_performance (user_id, topic, answered, correct)
       VALUES ($1, 'streaming', 200, 0), ($1, 'orchestration', 200, 200)`,
      [ada.id],
    );
    const topics = (await days(14)).map(({ question }) => topicOf(question));
    const runs = topics.join(' ').match(/\b(\w+)( \1){2}\b/);
    expect(runs).to.equal(null);
    expect(topics.filter((topic) => topic === 'streaming').length).to.be.greaterThan(7);
  });

  it('rests a topic for one of another level sooner than to show it a third day running', async () => {
    await add(2, 'streaming', 6);
    await add(3, 'orchestration', 1);
    await add(4, 'data_quality', 1);
    const got = await days(8);
    expect(got.map(({ question }) => topicOf(question))).to.deep.equal([
      'streaming',
      'streaming',
      'orchestration',
      'streaming',
      'streaming',
      'data_quality',
      'streaming',
      'streaming',
    ]);
    expect(got[2]?.selection.weights).to.deep.equal([{ topic: 'orchestration', weight: 1 }]);
  });

  it('repeats nothing while something is unseen, even if only of the topic that should rest', async () => {
    await add(2, 'streaming', 4);
    await add(2, 'orchestration', 1);
    const got = await days(5);
    expect(new Set(got.map(({ question }) => question))).to.have.property('size', 5);
    expect(got.every(({ supply }) => supply === 'unseen_level')).to.equal(true);
  });

  it('rests a topic among repeats as well', async () => {
    await add(2, 'streaming', 3);
    await add(2, 'orchestration', 1);
    await days(4);
    await bot.db.sql(
      `INSERT INTO wrong_answers (user_id, question_id, missed_at, remaining_tries)
       SELECT $1, 'streaming-2-' || n, '2026-03-01', 2 FROM generate_series(1, 3) n`,
      [ada.id],
    );
    const topics = (await days(9)).map(({ question }) => topicOf(question));
    expect(topics.join(' ').match(/\b(\w+)( \1){2}\b/)).to.equal(null);
    expect(topics).to.include('orchestration');
  });

  it('goes on with the only topic there is', async () => {
    await add(2, 'streaming', 4);
    expect((await days(4)).map(({ supply }) => supply)).to.deep.equal(
      Array.from({ length: 4 }, () => 'unseen_level'),
    );
  });

  it('shows each of the last few of a large cell once, and nothing twice before', async () => {
    await add(2, 'streaming', 120);
    await bot.db.sql(
      `INSERT INTO user_questions (user_id, question_id, question_version, kind, slot_at, local_date, expires_at, state,
         option_order, level, sent_at, latest)
       SELECT $1, id, version, 'practice', '2026-01-01', '2026-01-01', '2026-01-01', 'sent', '{0,1,2,3}', level,
         '2026-01-01', true
       FROM questions WHERE split_part(id, '-', 3)::int > 4`,
      [ada.id],
    );
    const got = await days(5);
    expect(
      got
        .slice(0, 4)
        .map(({ question }) => question)
        .sort(),
    ).to.deep.equal([1, 2, 3, 4].map((n) => `streaming-2-${n}`));
    expect(got.map(({ supply }) => supply)).to.deep.equal([
      ...Array.from({ length: 4 }, () => 'unseen_level'),
      'seen_longest_ago',
    ]);
  });

  it('keeps to the topics that the learner has chosen while they have unseen questions', async () => {
    for (const topic of ['streaming', 'orchestration', 'data_quality']) await add(2, topic, 3);
    await bot.db.sql(`UPDATE users SET topics = '{streaming,data_quality}' WHERE user_id = $1`, [ada.id]);
    const topics = (await days(6)).map(({ question }) => topicOf(question));
    expect([...new Set(topics)].sort()).to.deep.equal(['data_quality', 'streaming']);
  });

  it('prefers a chance of success of 0.75, but for one choice in ten, which is at random', async () => {
    await add(2, 'streaming', 10);
    await bot.db.sql(`UPDATE questions SET difficulty_index = split_part(id, '-', 3)::int`);
    let explored = 0;
    for (let i = 0; i < 40; i++) {
      ada = await bot.learner();
      const { question, selection } = await next();
      expect(selection.considered).to.have.length(10);
      if (selection.explored) explored++;
      else expect(question).to.equal('streaming-2-5');
      const rated = selection.considered.find(({ questionId }) => questionId === 'streaming-2-5');
      expect(rated?.predicted).to.be.closeTo(0.75, 1e-9);
      await bot.calm();
    }
    expect(explored).to.be.within(1, 12);
  });

  it('is stored with what was considered and why, and is the same when it is played again', async () => {
    for (const topic of ['streaming', 'orchestration', 'data_quality']) await add(2, topic, 4);
    const [, chosen] = await days(2);
    if (chosen === undefined) throw new Error('two days were asked for');
    const { selection, question } = chosen;
    expect(selection).to.deep.include({ seed: `${ada.id}:2026-03-11:daily`, level: 2, ability: 0 });
    expect(selection.explored).to.be.a('boolean');
    expect(selection.weights.map(({ topic }) => topic).sort()).to.deep.equal([
      'data_quality',
      'orchestration',
      'streaming',
    ]);
    expect(selection.weights.reduce((sum, { weight }) => sum + weight, 0)).to.be.closeTo(1, 1e-9);
    expect(selection.considered.map(({ questionId }) => questionId)).to.include(question);

    await bot.db.sql(
      `UPDATE user_questions SET question_id = NULL, question_version = NULL, level = NULL, option_order = NULL,
         selection = NULL, supply = NULL, latest = false, state = 'pending', sent_at = NULL WHERE id = $1`,
      [chosen.id],
    );
    await bot.send(chosen.id);
    const again = await bot.delivery(chosen.id);
    expect(again.question_id).to.equal(question);
    expect(again.selection).to.deep.equal(selection);
    expect(String(again.option_order)).to.equal(chosen.order);
  });

  it('takes a new version of a seen question for seen, and leaves out what is not active', async () => {
    await add(2, 'streaming', 3);
    const first = await next();
    await bot.db.sql(
      `UPDATE questions SET version = version + 1, content_hash = 'new', question_text = 'New' WHERE id = $1`,
      [first.question],
    );
    const other = ['streaming-2-1', 'streaming-2-2', 'streaming-2-3'].filter((id) => id !== first.question);
    await bot.db.sql(`UPDATE questions SET status = 'quarantined' WHERE id = $1`, [other[0]]);
    expect(await next()).to.deep.include({ question: other[1], supply: 'unseen_level' });
    expect(await next()).to.deep.include({ question: first.question, supply: 'seen_longest_ago' });
    expect((await ada.last()).text).to.include('New');
  });

  it('fails an attempt, and keeps the delivery, while there is no question at all', async () => {
    const delivery = await bot.due(ada);
    expect(await errorOf(bot.send(delivery)))
      .to.have.property('message')
      .that.includes('load the bank');
    expect((await bot.delivery(delivery)).state).to.equal('pending');
    await add(2, 'streaming', 1);
    await bot.send(delivery);
    expect(await bot.delivery(delivery)).to.deep.include({ state: 'sent', question_id: 'streaming-2-1' });
  });
});
