import type { Level, OptionOrder, Standing, Topic } from '@rung/domain';
import { type Action, sandboxClient } from './sandbox.ts';
import type { Site } from './site.ts';

/** An open daily question in front of a learner. */
export interface Asked {
  readonly deliveryId: string;
  readonly userId: string;
  readonly localDate: string;
  readonly messageId: number;
  readonly order: OptionOrder;
  readonly correctIndex: number;
  readonly questionId: string;
  readonly topic: Topic;
  readonly level: Level;
}

/** Learners with open questions, and where they stood before anything was answered. */
export interface Audience {
  readonly learners: readonly number[];
  readonly asked: readonly Asked[];
  readonly standings: ReadonlyMap<string, Standing>;
}

/**
 * Learners on all levels, with streaks and freezes of many kinds, and `perLearner` open daily questions each, of as many
 * local dates: the order of the answers decides where a learner ends up. The messages are in the sandbox.
 */
export async function seedAudience(site: Site, learners: number, perLearner: number): Promise<Audience> {
  const sandbox = sandboxClient(site.stack.sandboxUrl);
  const ids = await sandbox.addLearners(learners, 'Learner');
  await site.sql(
    `INSERT INTO users (user_id, bot_id, level, streak, best_streak, consecutive_correct, streak_freezes,
       last_correct_date, last_daily_date, next_delivery_at)
     SELECT id, 700000001, 1 + n % 4, n % 15, n % 15 + n % 3, n % 3, n % 2, current_date - 30, current_date,
       now() + interval '1 day'
     FROM unnest($1::bigint[]) WITH ORDINALITY AS l (id, n)`,
    [ids],
  );
  await site.sql(
    `WITH bank AS (SELECT *, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS size FROM questions),
       orders AS (SELECT * FROM (VALUES (0, '{0,1,2,3}'), (1, '{1,3,0,2}'), (2, '{2,0,3,1}'), (3, '{3,2,1,0}')) o (k, shown))
     INSERT INTO user_questions (user_id, question_id, question_version, kind, slot_at, local_date, expires_at, state,
       option_order, level, supply, latest, sent_at)
     SELECT l.id, q.id, q.version, 'daily', now(), current_date - ($2 - d)::int, now() + interval '1 day', 'sent',
       o.shown::smallint[], q.level, 'unseen_level', true, now()
     FROM unnest($1::bigint[]) WITH ORDINALITY AS l (id, n)
     CROSS JOIN generate_series(1, $2::int) AS d
     JOIN bank q ON q.place = (l.n * 7 + d) % q.size
     JOIN orders o ON o.k = (l.n + d) % 4
     ORDER BY l.n, d`,
    [ids, perLearner],
  );
  await showMessages(site);
  return { learners: ids, asked: await readAsked(site), standings: await readStandings(site) };
}

/** Puts the question into each learner's chat, with a button for each option. */
async function showMessages(site: Site): Promise<void> {
  const sandbox = sandboxClient(site.stack.sandboxUrl);
  const rows = await site.sql<{ id: string; userId: string }>(
    `SELECT id, user_id AS "userId" FROM user_questions ORDER BY id`,
  );
  const messageIds = await Promise.all(
    rows.map(({ id, userId }) =>
      sandbox.sendMessage(
        Number(userId),
        'A question',
        ['A', 'B', 'C', 'D'].map((text, position) => ({ text, data: `a:${id}:${position}` })),
      ),
    ),
  );
  await site.sql(
    `UPDATE user_questions d SET telegram_message_id = m.message_id
     FROM unnest($1::bigint[], $2::bigint[]) AS m (id, message_id) WHERE d.id = m.id`,
    [rows.map((row) => row.id), messageIds],
  );
}

async function readAsked(site: Site): Promise<Asked[]> {
  return site.sql<Asked>(
    `SELECT d.id AS "deliveryId", d.user_id AS "userId", d.local_date::text AS "localDate",
       d.telegram_message_id::int AS "messageId", d.option_order AS "order", v.correct_index AS "correctIndex",
       d.question_id AS "questionId", v.topic, v.level
     FROM user_questions d
     JOIN question_versions v ON v.question_id = d.question_id AND v.version = d.question_version
     ORDER BY d.id`,
  );
}

async function readStandings(site: Site): Promise<Map<string, Standing>> {
  const rows = await site.sql<Standing & { userId: string }>(
    `SELECT user_id AS "userId", level, streak, best_streak AS "bestStreak",
       consecutive_correct AS "consecutiveCorrect", streak_freezes AS freezes,
       last_correct_date::text AS "lastCorrectDate"
     FROM users`,
  );
  return new Map(rows.map(({ userId, ...standing }) => [userId, standing]));
}

/** A tap on the option shown at `position`, 0 to 3. */
export function tapOn(asked: Asked, position: number): Action {
  const data = `a:${asked.deliveryId}:${position % 4}`;
  return { chatId: Number(asked.userId), messageId: asked.messageId, data };
}
