import { afterFirstAttempt, type Policy, type PoolEntry } from '@rung/domain';
import type { Transaction } from './database.ts';

/** Puts a missed question into the learner's wrong pool, or counts it down there after a first-attempt hit. */
export async function moveWrongPool(
  tx: Transaction,
  userId: string,
  questionId: string,
  correct: boolean,
  at: Date,
  policy: Policy,
): Promise<void> {
  const [entry] = await tx.sql<PoolEntry>(
    `SELECT remaining_tries AS "remainingTries" FROM wrong_answers WHERE user_id = $1 AND question_id = $2`,
    [userId, questionId],
  );
  const next = afterFirstAttempt(entry ?? null, correct, policy);
  if (next === null) {
    if (entry !== undefined) await leave(tx, userId, questionId);
    return;
  }
  await tx.sql(
    `INSERT INTO wrong_answers (user_id, question_id, missed_at, remaining_tries) VALUES ($1, $2, $3, $4)
     ON CONFLICT (user_id, question_id) DO UPDATE SET remaining_tries = $4,
       missed_at = CASE WHEN $5 THEN wrong_answers.missed_at ELSE $3 END`,
    [userId, questionId, at, next.remainingTries, correct],
  );
}

/** Makes the pool's entry of one question what the learner's first attempts at it, as they count now, come to. */
export async function replayWrongPool(
  tx: Transaction,
  userId: string,
  questionId: string,
  policy: Policy,
): Promise<void> {
  const attempts = await tx.sql<{ correct: boolean; at: Date }>(
    `SELECT is_correct AS correct, answered_at AS at FROM user_answers
     WHERE user_id = $1 AND question_id = $2 AND attempt_no = 1 ORDER BY answered_at, id`,
    [userId, questionId],
  );
  let entry: PoolEntry | null = null;
  let missedAt: Date | null = null;
  for (const { correct, at } of attempts) {
    entry = afterFirstAttempt(entry, correct, policy);
    if (!correct) missedAt = at;
  }
  if (entry === null) return leave(tx, userId, questionId);
  await tx.sql(
    `INSERT INTO wrong_answers (user_id, question_id, missed_at, remaining_tries) VALUES ($1, $2, $3, $4)
     ON CONFLICT (user_id, question_id) DO UPDATE
     SET remaining_tries = excluded.remaining_tries, missed_at = excluded.missed_at`,
    [userId, questionId, missedAt, entry.remainingTries],
  );
}

async function leave(tx: Transaction, userId: string, questionId: string): Promise<void> {
  await tx.sql('DELETE FROM wrong_answers WHERE user_id = $1 AND question_id = $2', [userId, questionId]);
}
