import { decodeCallback } from '@rung/domain';
import type { Asked, Audience } from './questions.ts';
import { playReference, type Rows, type Table, type WinningTap } from './reference.ts';
import { sandboxClient } from './sandbox.ts';
import type { Site } from './site.ts';

/** How the rows of a run compare with what had been accepted and with the reference. */
export interface Verdict {
  readonly ok: boolean;
  /** Accepted updates that are not `done`, and answers that are not there. */
  readonly lost: number;
  /** Rows of answers, history and events beyond one for each answered question. */
  readonly duplicated: number;
  /** Rows that differ from the reference's, in either direction. */
  readonly different: number;
  /** Answered questions whose message does not show the feedback. */
  readonly untold: number;
  /**
   * Questions whose answer is not the first of their taps in the order of the inbox. That is right only for taps that
   * were on their way at the same time: then the first that commits wins.
   */
  readonly notFirst: number;
  readonly answers: number;
}

const queries: Readonly<Record<Table, string>> = {
  learners: `SELECT user_id, level, streak, best_streak, consecutive_correct, streak_freezes, last_correct_date::text,
    total_questions_answered, total_correct_answers FROM users`,
  answers: `SELECT user_question_id, user_id, question_id, selected_option, is_correct, level, streak_before,
    streak_after, answered_at FROM user_answers`,
  history: `SELECT user_question_id, user_id, local_date::text, change, reason, streak_before, streak_after,
    level_before, level_after FROM streak_history`,
  events: `SELECT payload->>'deliveryId' AS delivery, user_id, (payload->>'correct')::boolean AS correct
    FROM outbox_events`,
  topics: `SELECT user_id, topic, answered, correct FROM topic_performance`,
  pool: `SELECT user_id, question_id, remaining_tries FROM wrong_answers`,
};

/**
 * Compares every row that taps may have written with those of an ordered, fault-free run of the winning taps, and every
 * accepted update with the inbox. Learners who are not of the audience are left out.
 */
export async function judge(site: Site, audience: Audience, accepted: ReadonlySet<number>): Promise<Verdict> {
  const unhandled = await countUnhandled(site, accepted);
  const { winners, unanswered, notFirst } = await findWinners(site, audience);
  const expected = playReference(audience, winners);
  const actual = await readRows(site, audience);

  const missing = (table: Table) => without(expected[table], actual[table]).length;
  const surplus = (table: Table) => without(actual[table], expected[table]).length;
  const tables = Object.keys(queries) as Table[];
  const different = tables.reduce((sum, table) => sum + missing(table) + surplus(table), 0);
  const lost = unhandled + unanswered + Math.max(0, winners.length - actual.answers.length);
  const effects = [actual.answers, actual.history, actual.events];
  const duplicated = effects.reduce((sum, rows) => sum + Math.max(0, rows.length - winners.length), 0);
  const untold = await countUntold(site, winners);
  const ok = lost + duplicated + different + untold === 0;
  return { ok, lost, duplicated, different, untold, notFirst, answers: actual.answers.length };
}

/** Accepted updates that are not in the inbox as `done`. */
export async function countUnhandled(site: Site, accepted: ReadonlySet<number>): Promise<number> {
  const [row] = await site.sql<{ count: number }>(
    `SELECT count(*)::int AS count FROM unnest($1::bigint[]) AS a (update_id)
     WHERE NOT EXISTS (SELECT FROM telegram_updates t WHERE t.update_id = a.update_id AND t.status = 'done')`,
    [[...accepted]],
  );
  return row?.count ?? 0;
}

/** The tap on each question that was graded, in the order of the inbox; and how many tapped questions have none. */
async function findWinners(
  site: Site,
  audience: Audience,
): Promise<{ winners: WinningTap[]; unanswered: number; notFirst: number }> {
  const asked = new Map<string, Asked>(audience.asked.map((question) => [question.deliveryId, question]));
  const taps = await site.sql<{ userId: string; receivedAt: Date; data: string; graded: boolean }>(
    `SELECT user_id AS "userId", received_at AS "receivedAt", payload->'callback_query'->>'data' AS data,
       outcome->>'kind' = 'graded' AS graded
     FROM telegram_updates WHERE job = 'answer.grade' ORDER BY seq`,
  );
  const tapped = new Set<string>();
  const winners: WinningTap[] = [];
  let notFirst = 0;
  for (const { userId, receivedAt, data, graded } of taps) {
    const tap = decodeCallback(data);
    const question = tap?.kind === 'answer' ? asked.get(tap.deliveryId) : undefined;
    if (tap?.kind !== 'answer' || question === undefined || question.userId !== userId) continue;
    if (graded) {
      if (tapped.has(question.deliveryId)) notFirst += 1;
      winners.push({ asked: question, position: tap.position, receivedAt: receivedAt.toISOString() });
    }
    tapped.add(question.deliveryId);
  }
  const answered = new Set(winners.map(({ asked: { deliveryId } }) => deliveryId));
  return { winners, unanswered: tapped.size - answered.size, notFirst };
}

async function readRows(site: Site, audience: Audience): Promise<Rows> {
  const read = async (table: Table): Promise<string[]> => {
    const rows = await site.sql<Record<string, unknown>>(
      `SELECT * FROM (${queries[table]}) r WHERE user_id = ANY($1::bigint[])`,
      [audience.learners],
    );
    return rows.map((row) => JSON.stringify(Object.values(row)));
  };
  const [learners, answers, history, events, topics, pool] = [
    await read('learners'),
    await read('answers'),
    await read('history'),
    await read('events'),
    await read('topics'),
    await read('pool'),
  ];
  return { learners, answers, history, events, topics, pool };
}

/** The texts of `these` for which `those` has no partner. */
function without(these: readonly string[], those: readonly string[]): string[] {
  const partners = new Map<string, number>();
  for (const text of those) partners.set(text, (partners.get(text) ?? 0) + 1);
  return these.filter((text) => {
    const left = partners.get(text) ?? 0;
    partners.set(text, left - 1);
    return left <= 0;
  });
}

/** A question that was answered has lost its buttons in the learner's chat. */
async function countUntold(site: Site, winners: readonly WinningTap[]): Promise<number> {
  const sandbox = sandboxClient(site.stack.sandboxUrl);
  const answered = new Set(winners.map(({ asked }) => asked.deliveryId));
  const learners = [...new Set(winners.map(({ asked }) => Number(asked.userId)))];
  const chats = await Promise.all(learners.map((learner) => sandbox.chat(learner)));
  const buttons = chats.flatMap(({ messages }) =>
    messages.flatMap(({ keyboard }) => keyboard?.[0]?.[0]?.data ?? []),
  );
  return buttons.filter((data) => {
    const callback = decodeCallback(data);
    return callback?.kind === 'answer' && answered.has(callback.deliveryId);
  }).length;
}
