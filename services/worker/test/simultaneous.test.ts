import { seededRandom } from '@rung/domain';
import { expect } from 'chai';
import { type Bot, openBot } from './fixtures.ts';
import { makePerson } from './person.ts';

const LEARNERS = 200;
const AT_ONCE = 16;

interface Tapped {
  seq: string;
  userId: string;
  position: number;
}

/** Runs everything, `AT_ONCE` at a time. */
async function runAll(jobs: readonly (() => Promise<void>)[]): Promise<void> {
  const left = jobs.values();
  const worker = async () => {
    for (const job of left) await job();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

describe('200 learners who tap two options at once', () => {
  let stormy: Bot;
  let calm: Bot;
  before(async function () {
    this.timeout(60_000);
    [stormy, calm] = await Promise.all([openBot({ perCell: 2 }), openBot({ perCell: 2 })]);
  });
  after(async () => {
    await Promise.all([stormy?.close(), calm?.close()]);
  });

  /** Learners of every level, counter and number of freezes, a missed day behind every fifth, today's question sent. */
  const prepare = async (bot: Bot) => {
    const { learners } = await bot.http<{ learners: { id: number }[] }>('POST', '/api/learners', {
      count: LEARNERS,
    });
    await bot.db.sql(
      `INSERT INTO users (user_id, bot_id, level, streak, best_streak, consecutive_correct, streak_freezes,
         next_delivery_at)
       SELECT id, 4242, n % 4 + 1, n % 9, 9, n % 3, n % 3, '2026-03-10T10:00Z'
       FROM unnest($1::bigint[]) WITH ORDINALITY AS l (id, n)`,
      [learners.map(({ id }) => id)],
    );
    await bot.db.sql(
      `INSERT INTO user_questions (user_id, question_id, question_version, kind, slot_at, local_date, expires_at, state,
         option_order, level, sent_at, telegram_message_id, latest)
       SELECT user_id, 'streaming-1-1', 1, 'daily', '2026-03-09T10:00Z', '2026-03-09', '2026-03-10T00:00Z', 'sent',
         '{0,1,2,3}', 1, '2026-03-09T10:00Z', 1, true
       FROM users WHERE user_id % 5 = 0`,
    );
    const first = makePerson(String(learners[0]?.id), bot);
    await bot.due(first);
    const pending = await bot.db.sql<{ id: string }>(`SELECT id FROM user_questions WHERE state = 'pending'`);
    await runAll(
      pending.map(
        ({ id }) =>
          () =>
            bot.send(id),
      ),
    );
    return learners.map(({ id }) => String(id));
  };

  const tap = async (bot: Bot, taps: readonly { userId: string; position: number }[]): Promise<Tapped[]> => {
    const sent = await bot.db.sql<{ userId: string; id: string; messageId: number }>(
      `SELECT user_id AS "userId", id, telegram_message_id::int AS "messageId" FROM user_questions
       WHERE local_date = '2026-03-10'`,
    );
    const of = new Map(sent.map((row) => [row.userId, row]));
    const { updates } = await bot.http<{ updates: { update_id: number }[] }>('POST', '/api/updates', {
      deliver: false,
      updates: taps.map(({ userId, position }) => ({
        chatId: Number(userId),
        messageId: of.get(userId)?.messageId,
        data: `a:${of.get(userId)?.id}:${position}`,
      })),
    });
    const stored: Tapped[] = [];
    for (const [i, update] of updates.entries()) {
      const { userId = '', position = 0 } = taps[i] ?? {};
      stored.push({ userId, position, seq: await bot.store(userId, update) });
    }
    return stored;
  };

  /** Everything that an answer moves, without identities and clocks of the database. */
  const rows = (bot: Bot) =>
    bot.db.sql(
      `SELECT u.user_id, u.level, u.streak, u.best_streak, u.consecutive_correct, u.streak_freezes,
         u.last_correct_date, u.last_answered_date, u.total_questions_answered, u.total_correct_answers,
         u.next_delivery_at,
         (SELECT json_agg(json_build_array(d.local_date, d.question_id, d.option_order, d.state, d.answered_at)
            ORDER BY d.local_date) FROM user_questions d WHERE d.user_id = u.user_id) AS deliveries,
         (SELECT json_agg(json_build_array(a.question_id, a.attempt_no, a.selected_option, a.is_correct,
            a.time_taken_ms, a.level, a.streak_before, a.streak_after)) FROM user_answers a
          WHERE a.user_id = u.user_id) AS answers,
         (SELECT json_agg(json_build_array(h.local_date, h.change, h.reason, h.streak_before, h.streak_after,
            h.level_before, h.level_after) ORDER BY h.id) FROM streak_history h WHERE h.user_id = u.user_id) AS history,
         (SELECT json_agg(json_build_array(t.topic, t.answered, t.correct)) FROM topic_performance t
          WHERE t.user_id = u.user_id) AS performance,
         (SELECT json_agg(json_build_array(w.question_id, w.missed_at, w.remaining_tries)) FROM wrong_answers w
          WHERE w.user_id = u.user_id) AS pool,
         (SELECT count(*)::int FROM outbox_events o WHERE o.user_id = u.user_id) AS events
       FROM users u ORDER BY u.user_id`,
    );

  it('get one answer and one step each, equal to a run of the winning taps in their order', async function () {
    this.timeout(60_000);
    const [ids] = await Promise.all([prepare(stormy), prepare(calm)]);
    const random = seededRandom('two taps at once');
    const wanted = ids.flatMap((userId) => {
      const position = Math.floor(random() * 4);
      return [
        { userId, position },
        { userId, position: (position + 1 + Math.floor(random() * 3)) % 4 },
      ];
    });
    const taps = await tap(stormy, shuffled(wanted, random));
    const winners = new Map<string, Tapped>();
    for (const each of taps) if (!winners.has(each.userId)) winners.set(each.userId, each);

    const jobs = shuffled([...taps, ...taps, ...taps], random);
    await runAll(
      jobs.map(
        ({ seq }) =>
          () =>
            stormy.handle(seq),
      ),
    );

    for (const { seq } of await tap(calm, [...winners.values()])) await calm.handle(seq);
    const [got, reference] = [await rows(stormy), await rows(calm)];
    expect(got).to.have.length(LEARNERS);
    expect(got).to.deep.equal(reference);
    for (const row of got as { answers: unknown[]; history: unknown[]; events: number; user_id: string }[]) {
      expect(row.answers).to.have.length(1);
      expect(row.history).to.have.length(Number(row.user_id) % 5 === 0 ? 2 : 1);
      expect(row.events).to.equal(1);
    }
    const open = await stormy.db.sql(`SELECT FROM telegram_updates WHERE status <> 'done'`);
    expect(open).to.have.length(0);
  });

  it('see the feedback of the winning tap', async () => {
    const states = await stormy.db.sql(
      `SELECT state, count(*)::int AS n FROM user_questions WHERE local_date = '2026-03-10' GROUP BY 1`,
    );
    expect(states).to.deep.equal([{ state: 'feedback_delivered', n: LEARNERS }]);
    const answers = await stormy.db.sql<{ userId: string; correct: boolean }>(
      `SELECT user_id AS "userId", is_correct AS correct FROM user_answers ORDER BY user_id LIMIT 20`,
    );
    for (const { userId, correct } of answers) {
      const { text, keyboard } = await makePerson(userId, stormy).last();
      expect(text)
        .to.include(correct ? 'Correct!' : 'Not this time')
        .and.to.include('(your answer)');
      expect(keyboard?.flat().map((button) => button.text)).to.deep.equal(['Report']);
    }
  });
});
