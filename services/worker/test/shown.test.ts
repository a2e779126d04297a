import { expect } from 'chai';
import { addQuestions } from '../../../packages/db/test/fixtures.ts';
import { type Bot, errorOf, HOUR_MS, openBot } from './fixtures.ts';
import type { Person } from './person.ts';

/** Telegram says no to one sending: nothing has reached the learner. */
const REFUSED = { kind: 'serverError', status: 500, method: 'sendMessage', count: 1 };
const UNANSWERED = { kind: 'timeout', method: 'sendMessage', count: 1 };

describe('a question that was chosen', () => {
  let bot: Bot;
  let ada: Person;
  beforeEach(async () => {
    bot = await openBot({ perCell: 0, timeoutMs: 200 });
    ada = await bot.learner();
    await addQuestions(bot.db, { level: 2, topic: 'streaming', count: 2 });
  });
  afterEach(() => bot?.close());

  const question = async (delivery: string) => String((await bot.delivery(delivery)).question_id);
  const endOfDay = async (delivery: string) => {
    const { expires_at } = await bot.delivery(delivery);
    bot.clock.set(expires_at as Date);
    await bot.expire(delivery);
  };
  /** Supply and question of the next `count` dailies. */
  const next = async (count: number) => {
    const got: { supply: unknown; id: string }[] = [];
    for (let i = 0; i < count; i++) {
      const delivery = await bot.daily(ada);
      got.push({ supply: (await bot.delivery(delivery)).supply, id: await question(delivery) });
    }
    return got;
  };
  const bothUnseen = ['unseen_level streaming-2-1', 'unseen_level streaming-2-2'];
  const nextTwo = async () => (await next(2)).map(({ supply, id }) => `${supply} ${id}`).sort();

  it('is unseen still when the learner had blocked the bot', async () => {
    const delivery = await bot.due(ada);
    await bot.http('POST', `/api/chats/${ada.id}/block`);
    await bot.send(delivery);
    expect(await bot.delivery(delivery)).to.deep.include({ state: 'blocked', latest: false });
    await ada.unblocks();
    expect(await nextTwo()).to.deep.equal(bothUnseen);
  });

  it('is unseen still when it expired before any sending arrived', async () => {
    const delivery = await bot.due(ada);
    await bot.fault(REFUSED);
    await errorOf(bot.send(delivery));
    expect(await bot.delivery(delivery)).to.deep.include({ state: 'pending', latest: true });
    await endOfDay(delivery);
    expect(await bot.delivery(delivery)).to.deep.include({ state: 'expired', latest: false });
    expect(await nextTwo()).to.deep.equal(bothUnseen);
  });

  it('is unseen still when its job failed for good, or the learner went away before it was sent', async () => {
    const failed = await bot.due(ada);
    await bot.fault(REFUSED);
    await errorOf(bot.send(failed));
    await bot.db.sql(`UPDATE user_questions SET state = 'failed' WHERE id = $1`, [failed]);
    const kept = await bot.due(ada);
    await bot.fault(REFUSED);
    await errorOf(bot.send(kept));
    await ada.says('/stop');
    await bot.send(kept);
    expect((await bot.delivery(kept)).state).to.equal('expired');
    await ada.says('/resume');
    expect(await nextTwo()).to.deep.equal(bothUnseen);
  });

  it('is found again in a cell that was taken for exhausted while it was about to be sent', async () => {
    await next(1);
    const delivery = await bot.due(ada);
    await bot.fault(REFUSED);
    await errorOf(bot.send(delivery));
    const last = await question(delivery);
    await bot.db.sql(
      `INSERT INTO exhausted_cells (user_id, level, topic, revision)
       SELECT $1, level, topic, revision FROM question_cells`,
      [ada.id],
    );
    await endOfDay(delivery);
    expect(await next(1)).to.deep.equal([{ supply: 'unseen_level', id: last }]);
  });

  it('is left alone by other deliveries while it is about to be sent', async () => {
    const delivery = await bot.due(ada);
    await bot.fault(REFUSED);
    await errorOf(bot.send(delivery));
    await bot.db.sql(`UPDATE user_questions SET kind = 'practice', local_date = '2026-01-01' WHERE id = $1`, [
      delivery,
    ]);
    await bot.db.sql('UPDATE users SET last_daily_date = NULL, next_delivery_at = $2 WHERE user_id = $1', [
      ada.id,
      bot.clock.now(),
    ]);
    await bot.db.sql(
      `INSERT INTO user_questions (user_id, kind, slot_at, local_date, expires_at)
       VALUES ($1, 'daily', $2, '2026-03-10', '2026-03-11')`,
      [ada.id, bot.clock.now()],
    );
    const [other] = await bot.db.sql<{ id: string }>(
      `SELECT id FROM user_questions WHERE user_id = $1 AND kind = 'daily'`,
      [ada.id],
    );
    await bot.send(other?.id ?? '');
    expect(await question(other?.id ?? '')).to.not.equal(await question(delivery));
  });

  it('counts as seen when nobody knows whether it arrived', async () => {
    const delivery = await bot.due(ada);
    await bot.fault(UNANSWERED);
    await errorOf(bot.send(delivery));
    const maybe = await question(delivery);
    await endOfDay(delivery);
    expect(await bot.delivery(delivery)).to.deep.include({ state: 'expired', sent_at: null, latest: true });
    const [first, second] = await next(2);
    expect(first).to.deep.include({ supply: 'unseen_level' });
    expect(second).to.deep.equal({ supply: 'seen_longest_ago', id: maybe });
  });

  it('counts as seen when a later sending was refused, but an earlier one may have arrived', async () => {
    const delivery = await bot.due(ada);
    await bot.fault(UNANSWERED);
    await errorOf(bot.send(delivery));
    await bot.http('POST', `/api/chats/${ada.id}/block`);
    await bot.send(delivery);
    expect(await bot.delivery(delivery)).to.deep.include({ state: 'blocked', latest: true });
    await ada.unblocks();
    const [first, second] = await next(2);
    expect(first?.id).to.not.equal(await question(delivery));
    expect(second).to.deep.equal({ supply: 'seen_longest_ago', id: await question(delivery) });
  });

  it('counts as seen, and stays the same, when its worker died in the middle of sending', async () => {
    const delivery = await bot.due(ada);
    await bot.fault({ kind: 'slow', ms: 150, method: 'sendMessage', count: 1 });
    const dying = bot.send(delivery);
    const begun = async () => (await bot.delivery(delivery)).unsettled_sends === 1;
    while (!(await begun())) await new Promise((resolve) => setTimeout(resolve, 5));
    const row = await bot.delivery(delivery);
    await dying;
    // As if nobody had lived to record it.
    await bot.db.sql(
      `UPDATE user_questions SET state = 'pending', sent_at = NULL, telegram_message_id = NULL WHERE id = $1`,
      [delivery],
    );
    await bot.db.sql(`UPDATE user_questions SET state = 'failed' WHERE id = $1`, [delivery]);
    expect((await bot.delivery(delivery)).latest).to.equal(true);
    bot.clock.pass(HOUR_MS);
    await ada.says('/quiz');
    expect(await bot.delivery(delivery)).to.deep.include({
      state: 'sent',
      question_id: row.question_id,
      selection: row.selection,
    });
  });

  it('keeps its earlier showing when it was to be repeated and did not arrive', async () => {
    const [first] = await next(2);
    const delivery = await bot.due(ada);
    await bot.fault(REFUSED);
    await errorOf(bot.send(delivery));
    expect(await bot.delivery(delivery)).to.deep.include({
      question_id: first?.id,
      supply: 'seen_longest_ago',
      latest: false,
    });
    await endOfDay(delivery);
    const [again, other] = await next(2);
    expect(again).to.deep.equal({ supply: 'seen_longest_ago', id: first?.id });
    expect(other?.id).to.not.equal(first?.id);
  });

  it('does not tire the learner of its topic when it was never shown', async () => {
    await addQuestions(bot.db, { level: 2, topic: 'orchestration', count: 9 });
    await bot.db.sql(`UPDATE users SET topics = '{orchestration}' WHERE user_id = $1`, [ada.id]);
    for (let day = 0; day < 2; day++) {
      const delivery = await bot.due(ada);
      await bot.fault(REFUSED);
      await errorOf(bot.send(delivery));
      await endOfDay(delivery);
    }
    await bot.db.sql(`UPDATE users SET topics = '{orchestration,streaming}' WHERE user_id = $1`, [ada.id]);
    const { selection } = await bot.delivery(await bot.daily(ada));
    const { weights } = selection as { weights: { topic: string; weight: number }[] };
    expect(weights.every(({ weight }) => weight > 0)).to.equal(true);
  });
});
