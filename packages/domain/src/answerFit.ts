import { at } from './columns.ts';
import type { Policy } from './policy.ts';
import {
  ascend,
  divergence,
  makePopulation,
  meanSurplus,
  type Population,
  posteriorVariance,
  shift,
  spread,
} from './population.ts';

/** Answers as columns: answer i is of learner `learners[i]` to question `questions[i]`, both counted from 0. */
export interface AnswerColumns {
  readonly learners: Uint32Array;
  readonly questions: Uint32Array;
  /** 1 for a correct answer, 0 for an incorrect one. */
  readonly correct: Uint8Array;
  readonly learnerCount: number;
}

/** What is believed of the questions before their answers: a normal distribution for each, in logits. */
export interface DifficultyPrior {
  /** One for each question. */
  readonly means: Float64Array;
  /** Standard deviation around the means; null has it estimated from the answers. */
  readonly sd: number | null;
}

/** What the answers say of the questions and their learners, in logits. */
export interface AnswerFit {
  /** One for each question; the prior mean for one without answers. */
  readonly difficulties: Float64Array;
  /** Standard deviation of what remains unknown about each difficulty. */
  readonly standardErrors: Float64Array;
  /** Mean ability of the learners who answered. */
  readonly abilityMean: number;
  /**
   * Logarithm of how likely the answers are under this guess floor and these priors, whatever abilities and
   * difficulties are: the lower bound that the fit maximises. Of several fits to the same answers that with the
   * highest is to be believed most.
   */
  readonly evidence: number;
}

const MAX_SWEEPS = 100;
/** Logits: a change that no choice of a question would show. */
const TOLERANCE = 0.001;
/** Gauss-Hermite quadrature with three nodes: standard deviations from the mean, and their weights. */
const NODES = [
  [-Math.sqrt(3), 1 / 6],
  [0, 2 / 3],
  [Math.sqrt(3), 1 / 6],
] as const;

/**
 * Fits the three-parameter model with discrimination 1 and the policy's guess floor to all answers: the
 * difficulties that are most likely a posteriori, with the abilities integrated out. Abilities are normally
 * distributed with a mean and spread that are estimated along, and each learner's posterior is approximated by a
 * normal one (Gaussian variational EM; Bock and Aitkin 1981 for the model, Fisher scoring for the steps). Fixing
 * the abilities at their best values instead would pull the difficulties together when learners have few answers.
 * Answers alone leave the origin of the scale open; the prior means of the difficulties set it. Throws RangeError for
 * an answer of a learner or to a question past the last.
 */
export function fitAnswers(
  answers: AnswerColumns,
  prior: DifficultyPrior,
  policy: Pick<Policy, 'guessFloor'>,
): AnswerFit {
  const learners = makePopulation(answers.learners, new Float64Array(answers.learnerCount), 1);
  const questions = makePopulation(answers.questions, prior.means, prior.sd === null ? 1 : prior.sd ** 2);
  let abilityMean = 0;
  let largestChange = Number.POSITIVE_INFINITY;
  for (let sweep = 0; sweep < MAX_SWEEPS && largestChange > TOLERANCE; sweep++) {
    sumUp(learners, learners, questions, answers.correct, policy.guessFloor);
    ascend(learners);
    sumUp(questions, learners, questions, answers.correct, policy.guessFloor);
    largestChange = ascend(questions);

    // All values may move together without any answer becoming less likely: only the priors hold them.
    const surplus = meanSurplus(questions);
    shift(questions, -surplus);
    shift(learners, -surplus);
    abilityMean += meanSurplus(learners);
    learners.priorMeans.fill(abilityMean);
    spread(learners);
    if (prior.sd === null) spread(questions);
  }
  return {
    difficulties: questions.values,
    standardErrors: questions.values.map((_, i) => Math.sqrt(posteriorVariance(questions, i))),
    abilityMean,
    evidence:
      expectedLogLikelihood(learners, questions, answers.correct, policy.guessFloor) -
      divergence(learners) -
      divergence(questions),
  };
}

/** Sums up slope and information of all answers for the members of `target`, one of the two populations. */
function sumUp(
  target: Population,
  learners: Population,
  questions: Population,
  correct: Uint8Array,
  guessFloor: number,
): void {
  const deviations = learners.values.map((_, i) => Math.sqrt(posteriorVariance(learners, i)));
  const ease = questions.values.map((difficulty) => Math.exp(-difficulty));
  const sign = target === learners ? 1 : -1;
  target.slope.fill(0);
  target.information.fill(0);
  for (const [node, weight] of NODES) {
    const strength = learners.values.map((ability, i) => Math.exp(ability + node * at(deviations, i)));
    for (let i = 0; i < correct.length; i++) {
      // Odds as a product of two factors: no exponential function in the innermost loop.
      const odds = at(strength, at(learners.owners, i)) * at(ease, at(questions.owners, i));
      const failure = (1 - guessFloor) / (1 + odds);
      const known = odds / (odds + guessFloor);
      const surprise = at(correct, i) - 1 + failure;
      const owner = at(target.owners, i);
      target.slope[owner] = at(target.slope, owner) + sign * weight * known * surprise;
      target.information[owner] =
        at(target.information, owner) + (weight * known * failure * odds) / (1 + odds);
    }
  }
}

function expectedLogLikelihood(
  learners: Population,
  questions: Population,
  correct: Uint8Array,
  guessFloor: number,
): number {
  let sum = 0;
  for (let i = 0; i < correct.length; i++) {
    const learner = at(learners.owners, i);
    const gap = at(learners.values, learner) - at(questions.values, at(questions.owners, i));
    const deviation = Math.sqrt(posteriorVariance(learners, learner));
    for (const [node, weight] of NODES) {
      const failure = (1 - guessFloor) / (1 + Math.exp(gap + node * deviation));
      sum += weight * (at(correct, i) === 1 ? Math.log1p(-failure) : Math.log(failure));
    }
  }
  return sum;
}
