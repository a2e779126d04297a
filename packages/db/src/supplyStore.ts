import type { Candidate, Level, LocalDate, OptionOrder, SupplySource, Topic } from '@rung/domain';
import type { Transaction } from './database.ts';

/** What the choice of a learner's next question rests on. */
export interface SupplyProfile {
  readonly userId: string;
  readonly level: Level;
  readonly ability: number;
  readonly topics: readonly Topic[];
  readonly performance: readonly { topic: Topic; answered: number; correct: number }[];
  /** Topics of the latest dailies, newest first. */
  readonly recent: readonly Topic[];
  /** Every cell that has questions, and whether this learner is known to have seen them all. */
  readonly cells: readonly { level: Level; topic: Topic; revision: string; exhausted: boolean }[];
}

/** Reads the profile in one statement. The learner must exist. */
export async function readSupplyProfile(
  tx: Pick<Transaction, 'sql'>,
  userId: string,
): Promise<SupplyProfile> {
  const [profile] = await tx.sql<SupplyProfile>(
    `SELECT u.user_id AS "userId", u.level, u.ability, u.topics,
       (SELECT coalesce(json_agg(json_build_object('topic', topic, 'answered', answered, 'correct', correct)), '[]')
        FROM topic_performance WHERE user_id = u.user_id) AS performance,
       (SELECT coalesce(json_agg(r.topic ORDER BY r.local_date DESC), '[]') FROM (
          SELECT v.topic, d.local_date FROM user_questions d
          JOIN question_versions v ON v.question_id = d.question_id AND v.version = d.question_version
          WHERE d.user_id = u.user_id AND d.kind = 'daily' ORDER BY d.local_date DESC LIMIT 2) r) AS recent,
       (SELECT coalesce(json_agg(json_build_object('level', c.level, 'topic', c.topic, 'revision', c.revision::text,
          'exhausted', e.revision IS NOT NULL)), '[]')
        FROM question_cells c LEFT JOIN exhausted_cells e
          ON e.user_id = u.user_id AND e.level = c.level AND e.topic = c.topic AND e.revision = c.revision) AS cells
     FROM users u WHERE u.user_id = $1`,
    [userId],
  );
  if (profile === undefined) throw new Error(`learner ${userId} does not exist`);
  return profile;
}

const unseen = `
  SELECT q.id, q.version, q.difficulty_index FROM questions q
  WHERE q.status = 'active' AND q.level = $2 AND q.topic = $3
    AND NOT EXISTS (SELECT FROM user_questions s WHERE s.user_id = $1 AND s.question_id = q.id AND s.latest)`;

/**
 * Up to `limit` questions of one cell that the learner has never been shown, from a random place (`startKey` in
 * [0, 1)) in the order of their random keys, wrapping around: index probes only, however large the bank.
 */
export async function findUnseen(
  tx: Pick<Transaction, 'sql'>,
  userId: string,
  cell: { level: Level; topic: Topic },
  startKey: number,
  limit: number,
): Promise<(Omit<Candidate, 'difficulty'> & { difficultyIndex: number })[]> {
  return tx.sql(
    `SELECT id AS "questionId", version, $2::int AS level, $3::text AS topic, difficulty_index AS "difficultyIndex"
     FROM (
       (${unseen} AND q.random_key >= $4 ORDER BY q.random_key LIMIT $5)
       UNION ALL
       (${unseen} AND q.random_key < $4 ORDER BY q.random_key LIMIT $5)
     ) found LIMIT $5`,
    [userId, cell.level, cell.topic, startKey, limit],
  );
}

/** Remembers that the learner has seen all of a cell as it stood at `revision`; void once the cell grows. */
export async function rememberExhausted(
  tx: Pick<Transaction, 'sql'>,
  userId: string,
  cell: { level: Level; topic: Topic; revision: string },
): Promise<void> {
  await tx.sql(
    `INSERT INTO exhausted_cells (user_id, level, topic, revision) VALUES ($1, $2, $3, $4)
     ON CONFLICT (user_id, level, topic) DO UPDATE SET revision = excluded.revision`,
    [userId, cell.level, cell.topic, cell.revision],
  );
}

type Repeat = Omit<Candidate, 'difficulty'> & { difficultyIndex: number };

const repeatColumns = `q.id AS "questionId", q.version, q.level, q.topic, q.difficulty_index AS "difficultyIndex"`;

/** The learner's missed question that has waited longest, or null. */
export async function findOldestMiss(tx: Pick<Transaction, 'sql'>, userId: string): Promise<Repeat | null> {
  const [row] = await tx.sql<Repeat>(
    `SELECT ${repeatColumns} FROM wrong_answers w JOIN questions q ON q.id = w.question_id
     WHERE w.user_id = $1 AND q.status = 'active' ORDER BY w.missed_at, w.question_id LIMIT 1`,
    [userId],
  );
  return row ?? null;
}

/** The question that the learner saw longest ago, or null when none of what they saw is still active. */
export async function findSeenLongestAgo(
  tx: Pick<Transaction, 'sql'>,
  userId: string,
): Promise<Repeat | null> {
  const [row] = await tx.sql<Repeat>(
    `SELECT ${repeatColumns} FROM user_questions s JOIN questions q ON q.id = s.question_id
     WHERE s.user_id = $1 AND s.latest AND q.status = 'active' ORDER BY s.slot_at LIMIT 1`,
    [userId],
  );
  return row ?? null;
}

/** Stores a choice with its delivery, so that a retry sends the same question in the same order of options. */
export async function storeChoice(
  tx: Pick<Transaction, 'sql'>,
  delivery: { id: string; userId: string; localDate: LocalDate },
  choice: { question: Candidate; order: OptionOrder; supply: SupplySource; selection: object },
): Promise<void> {
  await tx.sql(
    `UPDATE user_questions SET latest = false WHERE user_id = $1 AND question_id = $2 AND latest AND id <> $3`,
    [delivery.userId, choice.question.questionId, delivery.id],
  );
  await tx.sql(
    `UPDATE user_questions SET question_id = $2, question_version = $3, level = $4, option_order = $5, supply = $6,
       selection = $7, latest = true
     WHERE id = $1`,
    [
      delivery.id,
      choice.question.questionId,
      choice.question.version,
      choice.question.level,
      choice.order,
      choice.supply,
      JSON.stringify(choice.selection),
    ],
  );
}
