import { findOldestMiss, findSeenLongestAgo, type Transaction } from '@rung/db';
import type { SupplySource, Topic } from '@rung/domain';
import type { Choice } from './choice.ts';

const KINDS: readonly [SupplySource, typeof findOldestMiss][] = [
  ['wrong_pool', findOldestMiss],
  ['seen_longest_ago', findSeenLongestAgo],
];

/**
 * A question that the learner has seen before: the oldest miss, else what was seen longest ago, of another topic than
 * the `tired` one if there is any. Null when nothing that they have seen is still active.
 */
export async function chooseRepeat(
  tx: Pick<Transaction, 'sql'>,
  userId: string,
  tired: Topic | null,
): Promise<Choice | null> {
  for (const except of tired === null ? [null] : [tired, null]) {
    for (const [supply, find] of KINDS) {
      const question = await find(tx, userId, except);
      if (question !== null) return { supply, question, weights: [], considered: [], explored: false };
    }
  }
  return null;
}
