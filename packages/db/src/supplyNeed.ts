import type { Level, Topic } from '@rung/domain';
import type { Database } from './database.ts';

/** What a learner's supply of unseen questions at one level lacks. */
export interface SupplyNeed {
  /** Unseen questions at the level in the learner's topics, counted up to the threshold asked for. */
  readonly unseen: number;
  /** The learner's topic with the fewest unseen questions at the level; of equals, the one they are weakest in. */
  readonly topic: Topic;
}

/** Texts that tell a model what to write about and what not to repeat. */
export interface GenerationContext {
  /** Questions of the topic that the learner has missed and not yet mastered, latest first. */
  readonly weakPoints: readonly string[];
  /** Questions of the cell that were written or shown last, latest first. */
  readonly avoid: readonly string[];
}

/**
 * Looks whether a learner runs short of unseen questions at `level` in any topic but `except`; null when they are none,
 * or have no topic.
 */
export async function readSupplyNeed(
  db: Pick<Database, 'sql'>,
  userId: string,
  level: Level,
  threshold: number,
  except: Topic | null = null,
): Promise<SupplyNeed | null> {
  const rows = await db.sql<{ topic: Topic; unseen: number }>(
    `SELECT t.topic, (
       SELECT count(*)::int FROM (
         SELECT FROM questions q
         WHERE q.status = 'active' AND q.level = $2 AND q.topic = t.topic
           AND NOT EXISTS (SELECT FROM user_questions s WHERE s.user_id = $1 AND s.question_id = q.id AND s.latest)
         LIMIT $3) few) AS unseen
     FROM users u CROSS JOIN unnest(u.topics) AS t (topic)
     LEFT JOIN topic_performance p ON p.user_id = u.user_id AND p.topic = t.topic
     WHERE u.user_id = $1 AND t.topic IS DISTINCT FROM $4
     ORDER BY unseen, coalesce(p.correct::real / nullif(p.answered, 0), 0.5), t.topic`,
    [userId, level, threshold, except],
  );
  const [first] = rows;
  if (first === undefined) return null;
  const unseen = rows.reduce((sum, row) => sum + row.unseen, 0);
  return { unseen: Math.min(unseen, threshold), topic: first.topic };
}

/** Reads at most `limit` texts of each kind. */
export async function readGenerationContext(
  db: Pick<Database, 'sql'>,
  userId: string,
  cell: { level: Level; topic: Topic },
  limit: number,
): Promise<GenerationContext> {
  const [row] = await db.sql<{ weakPoints: string[]; avoid: string[] }>(
    `SELECT
       array(SELECT q.question_text FROM wrong_answers w JOIN questions q ON q.id = w.question_id
             WHERE w.user_id = $1 AND q.topic = $3 ORDER BY w.missed_at DESC LIMIT $4) AS "weakPoints",
       array(SELECT q.question_text FROM questions q
             WHERE q.status = 'active' AND q.level = $2 AND q.topic = $3 ORDER BY q.created_at DESC, q.id LIMIT $4) AS avoid`,
    [userId, cell.level, cell.topic, limit],
  );
  return row ?? { weakPoints: [], avoid: [] };
}
