import type { Database } from './database.ts';

/** Rules that must hold between rows, by name, and how many learners or deliveries break each. */
export type Violations = Readonly<Record<'totals' | 'standing' | 'answers' | 'daily', number>>;

/**
 * Checks what belongs together in the rows of learners who changed since `since`: totals are the answers counted,
 * level and streak are where history left them, an answered daily of these days has its answer, and nobody has a daily question
 * later than the one that their schedule knows of.
 */
export async function countViolations(database: Pick<Database, 'scoped'>, since: Date): Promise<Violations> {
  const [row] = await database.scoped('invariants').sql<Violations>(
    `WITH changed AS MATERIALIZED (
       SELECT user_id, level, streak, last_daily_date, total_questions_answered AS total, total_correct_answers AS correct
       FROM users WHERE updated_at >= $1)
     SELECT
       (SELECT count(*)::int FROM changed c
        CROSS JOIN LATERAL (SELECT count(*) AS total, count(*) FILTER (WHERE is_correct) AS correct
          FROM user_answers a WHERE a.user_id = c.user_id AND a.attempt_no = 1) a
        WHERE (a.total, a.correct) <> (c.total, c.correct)) AS totals,
       (SELECT count(*)::int FROM changed c
        CROSS JOIN LATERAL (SELECT level_after, streak_after FROM streak_history h
          WHERE h.user_id = c.user_id ORDER BY id DESC LIMIT 1) h
        WHERE (h.level_after, h.streak_after) <> (c.level, c.streak)) AS standing,
       (SELECT count(*)::int FROM changed c JOIN user_questions d USING (user_id)
        WHERE d.kind = 'daily' AND d.local_date >= $1::date - 1 AND d.state IN ('answered', 'feedback_delivered')
          AND NOT EXISTS (SELECT FROM user_answers a WHERE a.user_question_id = d.id)) AS answers,
       (SELECT count(*)::int FROM changed c
        CROSS JOIN LATERAL (SELECT max(local_date) AS last FROM user_questions d
          WHERE d.user_id = c.user_id AND d.kind = 'daily') d
        WHERE d.last > coalesce(c.last_daily_date, '-infinity')) AS daily`,
    [since],
  );
  return row ?? { totals: 0, standing: 0, answers: 0, daily: 0 };
}
