import type { Policy } from './policy.ts';

/** A question that a learner has missed, with the first-attempt correct answers that it still needs. */
export interface PoolEntry {
  readonly remainingTries: number;
}

/**
 * The wrong pool's entry of a question after a first attempt at it: a miss puts it in, or back to the full
 * number of tries; a correct answer counts down. Null means that it is not in the pool, or not any more
 * because it is mastered.
 */
export function afterFirstAttempt(
  entry: PoolEntry | null,
  correct: boolean,
  policy: Policy,
): PoolEntry | null {
  if (!correct) return { remainingTries: policy.wrongPoolTries };
  if (entry === null || entry.remainingTries <= 1) return null;
  return { remainingTries: entry.remainingTries - 1 };
}
