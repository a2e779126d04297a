import type { Level } from './level.ts';
import type { Policy } from './policy.ts';

const INDEX_OF_LEVEL: Record<Level, number> = { 1: 2, 2: 5, 3: 8, 4: 10 };
const LOGITS_PER_INDEX = 0.5;

/**
 * The difficulty index (1-10) of a question that nobody has answered yet, from its level: the middle of
 * easy (1-3), medium (4-6) and hard (7-9), and 10 for expert.
 */
export function difficultyIndexOfLevel(level: Level): number {
  return INDEX_OF_LEVEL[level];
}

/**
 * A difficulty index (1-10) on the logit scale on which abilities are measured. It is centred so that an
 * average learner (ability 0) answers a medium question (index 5) with chance 0.75: with a guess floor of
 * 0.25 that needs a logit of ln 2 in hand.
 */
export function difficultyOfIndex(index: number): number {
  return (index - INDEX_OF_LEVEL[2]) * LOGITS_PER_INDEX - Math.LN2;
}

/** Where a question of a level stands on the logit scale until it has answers of its own. */
export function difficultyOfLevel(level: Level): number {
  return difficultyOfIndex(difficultyIndexOfLevel(level));
}

/** The difficulty index (a whole number, 1-10) nearest to a difficulty in logits. */
export function difficultyIndexOf(difficulty: number): number {
  const index = Math.round((difficulty + Math.LN2) / LOGITS_PER_INDEX) + INDEX_OF_LEVEL[2];
  return Math.min(Math.max(index, 1), 10);
}

/**
 * The chance (0-1) that a learner answers a question correctly, both in logits: Birnbaum's three-parameter
 * logistic model with discrimination 1 and the policy's guess floor.
 */
export function predictSuccess(ability: number, difficulty: number, policy: Policy): number {
  return policy.guessFloor + (1 - policy.guessFloor) / (1 + Math.exp(difficulty - ability));
}
