import type { DeliveryState, LocalDate } from '@rung/domain';
import type { Database } from './database.ts';
import type { Learner } from './entities/learner.ts';
import { type Awaiting, findLearner } from './learnerStore.ts';
import { type LearnerStats, readStats } from './statsStore.ts';

/** What is known of one person, for whoever answers their questions. Nothing that they wrote, but for their username. */
export interface LearnerRecord extends LearnerStats {
  /** Null for somebody who is no learner. */
  readonly learner: Learner | null;
  readonly awaiting: Awaiting | null;
  /** Deliveries that may still be answered, oldest first. */
  readonly open: readonly RecordedDelivery[];
  readonly deliveries: Readonly<Partial<Record<DeliveryState, number>>>;
  /** The newest updates, newest first. */
  readonly updates: readonly {
    seq: string;
    receivedAt: Date;
    job: string | null;
    status: string;
    reason: string | null;
  }[];
  readonly updateCount: number;
  readonly reports: readonly { questionId: string; reason: string; status: string; at: Date }[];
}

export interface RecordedDelivery {
  readonly id: string;
  readonly kind: 'daily' | 'practice';
  readonly state: DeliveryState;
  readonly localDate: LocalDate;
  readonly questionId: string | null;
  readonly expiresAt: Date;
}

/** Reads it; null when nothing is known of this id. */
export async function readLearnerRecord(
  db: Pick<Database, 'sql'>,
  userId: string,
  limit: number,
): Promise<LearnerRecord | null> {
  const learner = await findLearner(db, userId);
  const updates = await db.sql<LearnerRecord['updates'][number] & { count: number }>(
    `SELECT seq, received_at AS "receivedAt", job, status, reason, count(*) OVER ()::int AS count
     FROM telegram_updates WHERE user_id = $1 ORDER BY seq DESC LIMIT $2`,
    [userId, limit],
  );
  if (learner === null && updates.length === 0) return null;
  const open = await db.sql<RecordedDelivery>(
    `SELECT id, kind, state, local_date AS "localDate", question_id AS "questionId", expires_at AS "expiresAt"
     FROM user_questions WHERE user_id = $1 AND state IN ('pending', 'sent') ORDER BY slot_at, id`,
    [userId],
  );
  const [rest] = await db.sql<Pick<LearnerRecord, 'awaiting' | 'deliveries'>>(
    `SELECT (SELECT awaiting FROM conversations WHERE user_id = $1) AS awaiting,
       (SELECT coalesce(json_object_agg(state, n), '{}') FROM (
          SELECT state, count(*)::int AS n FROM user_questions WHERE user_id = $1 GROUP BY state) d) AS deliveries`,
    [userId],
  );
  const reports = await db.sql<LearnerRecord['reports'][number]>(
    `SELECT question_id AS "questionId", reason, status, created_at AS at
     FROM question_reports WHERE user_id = $1 ORDER BY created_at DESC LIMIT $2`,
    [userId, limit],
  );
  return {
    learner,
    awaiting: rest?.awaiting ?? null,
    deliveries: rest?.deliveries ?? {},
    open,
    updates: updates.map(({ count, ...update }) => update),
    updateCount: updates[0]?.count ?? 0,
    reports,
    ...(await readStats(db, userId)),
  };
}
