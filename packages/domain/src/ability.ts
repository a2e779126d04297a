import { predictSuccess } from './difficulty.ts';
import type { Policy } from './policy.ts';

/**
 * A learner's ability (logits) after their first answer ever to a question: Elo's update, by at most
 * 1 / (1 + `abilityStepDecay` n) for the number n of first answers before this one (`answered`).
 *
 * The surprise (`correct` minus the prediction) is weighed with the chance that a right answer was known and
 * not guessed, which makes it the gradient of the three-parameter model's log-likelihood: a lucky guess far
 * above the learner says little. Without a guess floor that weight is 1.
 */
export function updateAbility(
  ability: number,
  answer: { readonly difficulty: number; readonly correct: boolean; readonly answered: number },
  policy: Policy,
): number {
  const { guessFloor } = policy;
  const surprise = (answer.correct ? 1 : 0) - predictSuccess(ability, answer.difficulty, policy);
  const known = guessFloor === 0 ? 1 : 1 / (1 + guessFloor * Math.exp(answer.difficulty - ability));
  return ability + (known * surprise) / (1 + policy.abilityStepDecay * answer.answered);
}
