import type { Candidate, Level, OptionOrder, SupplySource, Topic } from '@rung/domain';
import type { Transaction } from './database.ts';
import { difficultyColumns, difficultyOf, type StoredDifficulty } from './questionDifficulty.ts';

/** One level and topic, as one learner stands to it. */
export interface Cell {
  readonly level: Level;
  readonly topic: Topic;
  /** Grows whenever a question comes to the cell. */
  readonly revision: string;
  /** Whether the learner is known to have seen all of it. */
  readonly exhausted: boolean;
  /** All that the learner has not seen of it, or less by now, if that is known; null when it is not. */
  readonly remaining: readonly string[] | null;
}

/** What the choice of a learner's next question rests on. */
export interface SupplyProfile {
  readonly userId: string;
  readonly level: Level;
  readonly ability: number;
  readonly topics: readonly Topic[];
  readonly performance: readonly { topic: Topic; answered: number; correct: number }[];
  /** Topics of the latest dailies that were shown, newest first. */
  readonly recent: readonly Topic[];
  /** Every cell that has questions. */
  readonly cells: readonly Cell[];
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
          WHERE d.user_id = u.user_id AND d.kind = 'daily' AND (d.sent_at IS NOT NULL OR d.unsettled_sends > 0)
          ORDER BY d.local_date DESC LIMIT 2) r) AS recent,
       (SELECT coalesce(json_agg(json_build_object('level', c.level, 'topic', c.topic, 'revision', c.revision::text,
          'exhausted', coalesce(cardinality(e.remaining) = 0, false),
          'remaining', CASE WHEN cardinality(e.remaining) > 0 THEN e.remaining END)), '[]')
        FROM question_cells c LEFT JOIN exhausted_cells e
          ON e.user_id = u.user_id AND e.level = c.level AND e.topic = c.topic AND e.revision = c.revision) AS cells
     FROM users u WHERE u.user_id = $1`,
    [userId],
  );
  if (profile === undefined) throw new Error(`learner ${userId} does not exist`);
  return profile;
}

const unseen = `
  SELECT q.id, q.version, ${difficultyColumns} FROM questions q
  WHERE q.status = 'active' AND q.level = $2 AND q.topic = $3
    AND NOT EXISTS (SELECT FROM user_questions s WHERE s.user_id = $1 AND s.question_id = q.id AND s.latest)`;

/**
 * Up to `limit` questions of one cell that the learner has never been shown, from a random place (`startKey` in
 * [0, 1)) in the order of their random keys, wrapping around: index probes only, however large the bank, and no more of
 * them than questions `remaining`, when that is known.
 */
export async function findUnseen(
  tx: Pick<Transaction, 'sql'>,
  userId: string,
  cell: Pick<Cell, 'level' | 'topic'> & Partial<Pick<Cell, 'remaining'>>,
  startKey: number,
  limit: number,
): Promise<Candidate[]> {
  if (cell.remaining != null) {
    const left = await tx.sql<StoredCandidate>(
      `SELECT id AS "questionId", version, $2::int AS level, $3::text AS topic, fitted, "difficultyIndex"
       FROM (${unseen} AND q.id = ANY ($6) ORDER BY q.random_key < $4, q.random_key LIMIT $5) found`,
      [userId, cell.level, cell.topic, startKey, limit, cell.remaining],
    );
    return left.map(candidateOf);
  }
  const rows = await tx.sql<StoredCandidate>(
    `SELECT id AS "questionId", version, $2::int AS level, $3::text AS topic, fitted, "difficultyIndex"
     FROM (
       (${unseen} AND q.random_key >= $4 ORDER BY q.random_key LIMIT $5)
       UNION ALL
       (${unseen} AND q.random_key < $4 ORDER BY q.random_key LIMIT $5)
     ) found LIMIT $5`,
    [userId, cell.level, cell.topic, startKey, limit],
  );
  return rows.map(candidateOf);
}

/** Cells of fewer questions are read as fast as what is remembered of them. */
const LARGE_CELL = 100;

/**
 * Remembers what a learner has not seen of a cell, once all of it has been looked through in vain for more: nothing, or
 * of a large cell a few. Without it each draw would look through all of the cell again until the last one is seen. It
 * holds for the cell as it stood at `revision`, and is void once the cell grows.
 */
export async function rememberRemaining(
  tx: Pick<Transaction, 'sql'>,
  userId: string,
  cell: Pick<Cell, 'level' | 'topic' | 'revision'>,
  questionIds: readonly string[],
): Promise<void> {
  await tx.sql(
    `INSERT INTO exhausted_cells (user_id, level, topic, revision, remaining)
     SELECT $1, $2, $3, $4, $5 WHERE cardinality($5::text[]) = 0 OR EXISTS (
       SELECT FROM questions WHERE status = 'active' AND level = $2 AND topic = $3 OFFSET $6)
     ON CONFLICT (user_id, level, topic) DO UPDATE SET revision = excluded.revision, remaining = excluded.remaining`,
    [userId, cell.level, cell.topic, cell.revision, questionIds, LARGE_CELL],
  );
}

type StoredCandidate = Omit<Candidate, 'difficulty'> & StoredDifficulty;

function candidateOf({ fitted, difficultyIndex, ...question }: StoredCandidate): Candidate {
  return { ...question, difficulty: difficultyOf({ fitted, difficultyIndex }) };
}

const repeatColumns = `q.id AS "questionId", q.version, q.level, q.topic, ${difficultyColumns}`;

/**
 * The learner's missed question that has waited longest, of any topic but `except`, or null. A miss that has just come
 * back is not due: the same question every day would keep all others away.
 */
export async function findOldestMiss(
  tx: Pick<Transaction, 'sql'>,
  userId: string,
  except: Topic | null,
): Promise<Candidate | null> {
  const [row] = await tx.sql<StoredCandidate>(
    `SELECT ${repeatColumns} FROM wrong_answers w JOIN questions q ON q.id = w.question_id
     WHERE w.user_id = $1 AND q.status = 'active' AND q.topic IS DISTINCT FROM $2
       AND w.question_id IS DISTINCT FROM (
         SELECT CASE WHEN s.supply = 'wrong_pool' THEN s.question_id END FROM user_questions s
         WHERE s.user_id = $1 AND s.latest ORDER BY s.slot_at DESC LIMIT 1)
     ORDER BY w.missed_at, w.question_id LIMIT 1`,
    [userId, except],
  );
  return row === undefined ? null : candidateOf(row);
}

/** The question of any topic but `except` that the learner saw longest ago; null when none of them is still active. */
export async function findSeenLongestAgo(
  tx: Pick<Transaction, 'sql'>,
  userId: string,
  except: Topic | null,
): Promise<Candidate | null> {
  const [row] = await tx.sql<StoredCandidate>(
    `SELECT ${repeatColumns} FROM user_questions s JOIN questions q ON q.id = s.question_id
     WHERE s.user_id = $1 AND s.latest AND q.status = 'active' AND q.topic IS DISTINCT FROM $2
     ORDER BY s.slot_at LIMIT 1`,
    [userId, except],
  );
  return row === undefined ? null : candidateOf(row);
}

/**
 * Stores a choice with its delivery, so that a retry sends the same question in the same order of options. A question
 * that was unseen is the delivery's from now on; one that is repeated is seen through its earlier showing until this one
 * is sent.
 */
export async function storeChoice(
  tx: Pick<Transaction, 'sql'>,
  delivery: { readonly id: string },
  choice: { question: Candidate; order: OptionOrder; supply: SupplySource; selection: object },
): Promise<void> {
  await tx.sql(
    `UPDATE user_questions d SET question_id = $2, question_version = $3, level = $4, option_order = $5, supply = $6,
       selection = $7, latest = NOT EXISTS (
         SELECT FROM user_questions s WHERE s.user_id = d.user_id AND s.question_id = $2 AND s.latest AND s.id <> $1)
     WHERE d.id = $1`,
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

/**
 * Takes the choice back from a delivery that was never sent, so that another can be made: its question was withdrawn.
 * What the learner had seen before stays seen; what they had not may have come back with another key, though its cell
 * was looked through in vain meanwhile.
 */
export async function withdrawChoice(tx: Pick<Transaction, 'sql'>, deliveryId: string): Promise<void> {
  await tx.sql(
    `DELETE FROM exhausted_cells e USING user_questions d JOIN questions q ON q.id = d.question_id
     WHERE d.id = $1 AND d.latest AND e.user_id = d.user_id AND e.level = q.level AND e.topic = q.topic`,
    [deliveryId],
  );
  await tx.sql(
    `UPDATE user_questions SET question_id = NULL, question_version = NULL, level = NULL, option_order = NULL,
       supply = NULL, selection = NULL, latest = false
     WHERE id = $1 AND state = 'pending'`,
    [deliveryId],
  );
}
