import type { Database } from './database.ts';

/** What alerts rest on; ages in seconds, 0 when nothing waits. Every part is read by an index. */
export interface Gauges {
  readonly inboxOldestAge: number;
  readonly overdueLearners: number;
  readonly deadLetters: number;
  readonly connections: Readonly<Record<'used' | 'max', number>>;
  /** Unix time in seconds of the last backup, and of the last one that was restored as a drill; null when there is none. */
  readonly lastSuccess: Readonly<Record<'backup' | 'drill', number | null>>;
}

/**
 * Reads them in one statement. `overdueLearners` counts who has been due for over `overdueMs`.
 */
export async function readGauges(db: Pick<Database, 'sql'>, now: Date, overdueMs: number): Promise<Gauges> {
  const [row] = await db.sql<Gauges>(
    `SELECT
       (SELECT coalesce(extract(epoch FROM $1 - min(received_at)), 0)::float8 FROM telegram_updates
        WHERE status IN ('received', 'applied')) AS "inboxOldestAge",
       (SELECT count(*)::int FROM users WHERE next_delivery_at <= $2 AND opt_in_daily_quiz AND blocked_at IS NULL)
         AS "overdueLearners",
       (SELECT count(*)::int FROM dead_letters WHERE redriven_at IS NULL) AS "deadLetters",
       (SELECT json_build_object('used', (SELECT sum(numbackends)::int FROM pg_stat_database),
          'max', current_setting('max_connections')::int)) AS connections,
       (SELECT json_build_object(
          'backup', (SELECT extract(epoch FROM max(succeeded_at)) FROM backup_runs WHERE kind = 'backup'),
          'drill', (SELECT extract(epoch FROM max(succeeded_at)) FROM backup_runs WHERE kind = 'drill'))) AS "lastSuccess"`,
    [now, new Date(now.getTime() - overdueMs)],
  );
  if (row === undefined) throw new Error('the gauges could not be read');
  return row;
}

/** How the learners stand as a whole: shares are 0-1. */
export interface Population {
  readonly learnersByLevel: Readonly<Record<string, number>>;
  readonly learnersByState: Readonly<Record<'active' | 'paused' | 'blocked' | 'stopped', number>>;
  readonly topicAccuracy: Readonly<Record<string, number>>;
  readonly unseenQuestions: Readonly<Record<string, number>>;
}

/**
 * Reads all learners, which takes a second for each few million rows: not for every scrape. `unseenQuestions` is, per
 * level, how many active questions its learners have on average not seen.
 */
export async function readPopulation(db: Pick<Database, 'sql'>, now: Date): Promise<Population> {
  const [row] = await db.sql<Population>(
    `SELECT
       (SELECT coalesce(json_object_agg(level, n), '{}') FROM (SELECT level, count(*)::int AS n FROM users GROUP BY 1) l)
         AS "learnersByLevel",
       (SELECT json_build_object(
          'blocked', count(*) FILTER (WHERE blocked_at IS NOT NULL),
          'stopped', count(*) FILTER (WHERE blocked_at IS NULL AND NOT opt_in_daily_quiz),
          'paused', count(*) FILTER (WHERE blocked_at IS NULL AND opt_in_daily_quiz AND paused_until > $1),
          'active', count(*) FILTER (WHERE blocked_at IS NULL AND opt_in_daily_quiz
                                       AND (paused_until IS NULL OR paused_until <= $1))) FROM users) AS "learnersByState",
       (SELECT coalesce(json_object_agg(topic, accuracy), '{}') FROM (
          SELECT topic, sum(correct)::float8 / nullif(sum(answered), 0) AS accuracy FROM topic_performance GROUP BY 1) t)
         AS "topicAccuracy",
       (SELECT coalesce(json_object_agg(level, unseen), '{}') FROM (
          SELECT q.level, q.n - coalesce(s.seen::float8 / u.n, 0) AS unseen
          FROM (SELECT level, count(*) AS n FROM questions WHERE status = 'active' GROUP BY 1) q
          LEFT JOIN (SELECT level, count(*) AS n FROM users GROUP BY 1) u ON u.level = q.level
          LEFT JOIN (SELECT l.level, count(*) AS seen FROM user_questions d JOIN users l ON l.user_id = d.user_id
            JOIN questions a ON a.id = d.question_id AND a.level = l.level AND a.status = 'active'
            WHERE d.latest GROUP BY 1) s ON s.level = q.level) x) AS "unseenQuestions"`,
    [now],
  );
  if (row === undefined) throw new Error('the population could not be read');
  return row;
}

/** Daily questions of one day by whether they went out in time. */
export type Punctuality = Readonly<Record<'in_time' | 'late', number>>;

/**
 * Counts the daily questions of the 24 hours before `now` whose time to go out is over: 15 minutes from their slot and
 * as long as the broadcast budget needs for everybody who was due with them. A learner who is found blocked counts as
 * served; one who paused or stopped before the question was sent counts not at all.
 */
export async function readPunctuality(
  db: Pick<Database, 'sql'>,
  now: Date,
  messagesPerSecond: number,
): Promise<Punctuality> {
  const [row] = await db.sql<Punctuality>(
    `SELECT count(*) FILTER (WHERE in_time)::int AS in_time, count(*) FILTER (WHERE NOT in_time)::int AS late
     FROM (
       SELECT d.state = 'blocked' OR coalesce(d.sent_at <= l.latest, false) AS in_time
       FROM user_questions d
       LEFT JOIN distribution_runs r ON r.slot_at = date_trunc('minute', d.slot_at, 'UTC')
       CROSS JOIN LATERAL (
         SELECT d.slot_at + interval '15 minutes' + interval '1 second' * (coalesce(r.due, 1) / $2::float8) AS latest) l
       WHERE d.kind = 'daily' AND d.slot_at > $1::timestamptz - interval '1 day' AND l.latest <= $1
         AND NOT (d.state = 'expired' AND d.sent_at IS NULL AND d.expired_at < d.expires_at)) x`,
    [now, messagesPerSecond],
  );
  if (row === undefined) throw new Error('the punctuality could not be read');
  return row;
}
