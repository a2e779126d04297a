import { sandboxClient } from './sandbox.ts';
import type { Site } from './site.ts';

/** Offsets from -10 to +14 hours, with half hours, quarters, and both kinds of summer time. */
const ZONES = [
  'UTC',
  'Pacific/Honolulu',
  'America/Los_Angeles',
  'America/Denver',
  'America/New_York',
  'America/St_Johns',
  'America/Sao_Paulo',
  'Atlantic/Azores',
  'Europe/London',
  'Europe/Madrid',
  'Africa/Cairo',
  'Europe/Istanbul',
  'Asia/Tehran',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Singapore',
  'Asia/Tokyo',
  'Australia/Adelaide',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
];

/** Learners in 20 zones whose delivery time is that of the slot `minutesAgo`, and who are not due yet. Their ids. */
export async function seedLearners(site: Site, count: number, minutesAgo: number): Promise<number[]> {
  const ids = await sandboxClient(site.stack.sandboxUrl).addLearners(count, 'Learner');
  await site.sql(
    `INSERT INTO users (user_id, bot_id, timezone, delivery_time, next_delivery_at)
     SELECT id, 700000001, zone, (slot AT TIME ZONE zone)::time, 'infinity'
     FROM unnest($1::bigint[]) WITH ORDINALITY AS l (id, n)
     CROSS JOIN LATERAL (SELECT ($2::text[])[1 + n % 20] AS zone,
       date_trunc('minute', now() - make_interval(mins => $3)) AS slot) s`,
    [ids, ZONES, minutesAgo],
  );
  return ids;
}

/** Makes the daily question of these learners due at the slot `minutesAgo`. */
export async function makeDue(site: Site, ids: readonly number[], minutesAgo: number): Promise<void> {
  await site.sql(
    `UPDATE users SET next_delivery_at = date_trunc('minute', now() - make_interval(mins => $2))
     WHERE user_id = ANY($1::bigint[])`,
    [ids, minutesAgo],
  );
}

/** What became of the dailies of some learners. */
export interface Dailies {
  /** Learners without any. */
  readonly without: number;
  /** Deliveries beyond one for each learner. */
  readonly surplus: number;
  /** Deliveries that were sent. */
  readonly sent: number;
  /** Learners of whom the next is not yet to come. */
  readonly stillDue: number;
}

export async function countDailies(site: Site, ids: readonly number[]): Promise<Dailies> {
  const [row] = await site.sql<Dailies>(
    `SELECT count(*) FILTER (WHERE n = 0)::int AS without, coalesce(sum(n - 1) FILTER (WHERE n > 1), 0)::int AS surplus,
       coalesce(sum(sent), 0)::int AS sent, count(*) FILTER (WHERE next_delivery_at <= now())::int AS "stillDue"
     FROM (
       SELECT u.user_id, u.next_delivery_at, count(d.id) AS n, count(d.sent_at) AS sent
       FROM users u LEFT JOIN user_questions d ON d.user_id = u.user_id AND d.kind = 'daily'
       WHERE u.user_id = ANY($1::bigint[]) GROUP BY u.user_id) l`,
    [ids],
  );
  if (row === undefined) throw new Error('the dailies could not be counted');
  return row;
}
