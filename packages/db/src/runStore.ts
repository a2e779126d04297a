import type { Database } from './database.ts';
import { type DistributionRun, distributionRunEntity } from './entities/distributionRun.ts';

export interface RunStore {
  /**
   * Brings every unfinished run up to date and returns how many there were. Each learner who was due is one of: sent,
   * blocked, failed, still pending, or skipped, which is everybody else: moved on without a delivery, away when it was
   * to be sent, expired before it was, or deleted since. So sent + skipped + blocked + failed is due once none is
   * pending, and that finishes the run; a delivery that is made live again reopens it. What learners ask for
   * themselves belongs to no run.
   */
  summarise(now: Date): Promise<number>;
  /** The latest runs, newest first. */
  latest(limit: number): Promise<DistributionRun[]>;
}

export function makeRunStore(database: Database): RunStore {
  const db = database.scoped('runs');
  return {
    summarise: (now) =>
      db.transaction(async ({ sql }) => {
        // Locked first and counted in a later statement, so that no batch of the fan-out comes in between unseen.
        const open = await sql<{ slotAt: Date }>(
          `SELECT slot_at AS "slotAt" FROM distribution_runs WHERE finished_at IS NULL
           ORDER BY slot_at FOR UPDATE SKIP LOCKED`,
        );
        if (open.length === 0) return 0;
        await sql(
          `UPDATE distribution_runs r SET sent = s.sent, blocked = s.blocked, failed = s.failed,
             skipped = greatest(r.due - s.sent - s.blocked - s.failed - s.pending, 0), questions = s.questions,
             finished_at = CASE WHEN s.pending = 0 THEN $1::timestamptz END
           FROM unnest($2::timestamptz[]) AS o (slot_at)
           CROSS JOIN LATERAL (
             SELECT coalesce(sum(n) FILTER (WHERE state = 'pending'), 0) AS pending,
               coalesce(sum(n) FILTER (WHERE sent), 0) AS sent,
               coalesce(sum(n) FILTER (WHERE state = 'blocked'), 0) AS blocked,
               coalesce(sum(n) FILTER (WHERE state = 'failed'), 0) AS failed,
               coalesce(jsonb_object_agg(supply, total) FILTER (WHERE supply IS NOT NULL), '{}') AS questions
             FROM (
               SELECT state, sent_at IS NOT NULL AS sent, supply, count(*) AS n,
                 sum(count(*)) OVER (PARTITION BY supply) AS total
               FROM user_questions
               WHERE kind = 'daily' AND distributed AND slot_at >= o.slot_at AND slot_at < o.slot_at + interval '1 minute'
               GROUP BY 1, 2, 3) d
           ) s
           WHERE r.slot_at = o.slot_at`,
          [now, open.map((run) => run.slotAt)],
        );
        return open.length;
      }),

    latest: (limit) =>
      db.manager.getRepository(distributionRunEntity).find({ order: { slotAt: 'DESC' }, take: limit }),
  };
}
