import type { Topic } from '@rung/domain';
import type { Transaction } from './database.ts';

/** What /stats shows beside the learner's own row. */
export interface LearnerStats {
  readonly perTopic: readonly { topic: Topic; answered: number; correct: number }[];
  /** Questions missed and not yet mastered. */
  readonly wrongPool: number;
}

export async function readStats(tx: Pick<Transaction, 'sql'>, userId: string): Promise<LearnerStats> {
  const [stats] = await tx.sql<LearnerStats>(
    `SELECT
       (SELECT coalesce(json_agg(json_build_object('topic', topic, 'answered', answered, 'correct', correct)
          ORDER BY topic), '[]') FROM topic_performance WHERE user_id = $1) AS "perTopic",
       (SELECT count(*)::int FROM wrong_answers WHERE user_id = $1) AS "wrongPool"`,
    [userId],
  );
  return stats ?? { perTopic: [], wrongPool: 0 };
}
