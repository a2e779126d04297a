import type { Database } from './database.ts';
import { type DistributionRun, distributionRunEntity } from './entities/distributionRun.ts';

export interface RunStore {
  /** Brings every unfinished run up to date from its deliveries; a run is finished once none of them is pending. */
  summarise(now: Date): Promise<number>;
  /** The latest runs, newest first. */
  latest(limit: number): Promise<DistributionRun[]>;
}

export function makeRunStore(database: Database): RunStore {
  const db = database.scoped('runs');
  return {
    async summarise(now) {
      const rows = await db.sql(
        `UPDATE distribution_runs r SET sent = s.sent, blocked = s.blocked, failed = s.failed, questions = s.questions,
           finished_at = CASE WHEN s.pending = 0 THEN $1::timestamptz END
         FROM distribution_runs o
         CROSS JOIN LATERAL (
           SELECT coalesce(sum(n) FILTER (WHERE state = 'pending'), 0) AS pending,
             coalesce(sum(n) FILTER (WHERE sent), 0) AS sent,
             coalesce(sum(n) FILTER (WHERE state = 'blocked'), 0) AS blocked,
             coalesce(sum(n) FILTER (WHERE state = 'failed'), 0) AS failed,
             coalesce(jsonb_object_agg(supply, total) FILTER (WHERE supply IS NOT NULL), '{}') AS questions
           FROM (
             SELECT state, sent_at IS NOT NULL AS sent, supply, count(*) AS n, sum(count(*)) OVER (PARTITION BY supply) AS total
             FROM user_questions
             WHERE kind = 'daily' AND slot_at >= o.slot_at AND slot_at < o.slot_at + interval '1 minute'
             GROUP BY 1, 2, 3) d
         ) s
         WHERE o.finished_at IS NULL AND r.slot_at = o.slot_at
         RETURNING r.slot_at`,
        [now],
      );
      return rows.length;
    },

    latest: (limit) =>
      db.manager.getRepository(distributionRunEntity).find({ order: { slotAt: 'DESC' }, take: limit }),
  };
}
