import { defaultPolicy, fitAnswers, type Policy, predictSuccess, updateAbility } from '@rung/domain';
import type { AnswerLog } from './answerLog.ts';

/** Numbers of the engine. Least step, form and recall are for many answers a day; the product does without. */
export interface EngineSettings {
  readonly guessFloor: number;
  /** How fast the weight of an answer in the ability falls with the number n before it, as in `Policy`. */
  readonly abilityStepDecay: number;
  /** What the first answer weighs in the ability; the product's is 1. */
  readonly abilityStep: number;
  /** Below this the weight of an answer does not fall. */
  readonly leastAbilityStep: number;
  /** What an answer weighs in the form of the moment, and how much of that form is left at the next answer (0-1). */
  readonly formStep: number;
  readonly formKept: number;
  /** What a right and a wrong answer weigh in how the same learner will do at the same item again. */
  readonly recallAfterHit: number;
  readonly recallAfterMiss: number;
}

export const productSettings: EngineSettings = {
  guessFloor: defaultPolicy.guessFloor,
  abilityStepDecay: defaultPolicy.abilityStepDecay,
  abilityStep: 1,
  leastAbilityStep: 0,
  formStep: 0,
  formKept: 0.9,
  recallAfterHit: 0,
  recallAfterMiss: 0,
};

/** What is known of all items, in logits. Those that nobody has answered are taken for average ones. */
export interface ItemBank {
  readonly difficulties: Float64Array;
  /** Of what is unknown about each difficulty. */
  readonly variances: Float64Array;
  /** Of the learners that the items were fitted to: where a new one starts. */
  readonly abilityMean: number;
  /** Logarithm of how likely the answers are that the items were fitted to. */
  readonly evidence: number;
}

/** Fits the difficulties of all items to a log; their spread comes from the log, as there are no labels. */
export function fitItems(log: AnswerLog, counts: Counts, guessFloor: number): ItemBank {
  const fit = fitAnswers(
    { learners: log.learners, questions: log.items, correct: log.correct, learnerCount: counts.learners },
    { means: new Float64Array(counts.items), sd: null },
    { guessFloor },
  );
  return {
    difficulties: fit.difficulties,
    variances: fit.standardErrors.map((error) => error ** 2),
    abilityMean: fit.abilityMean,
    evidence: fit.evidence,
  };
}

/** How many learners and items are numbered. */
export interface Counts {
  readonly learners: number;
  readonly items: number;
}

/**
 * The engine that predicts one answer after the other: the product's prediction and update of the ability, and on top
 * of it what only logs of many answers a day need.
 */
export class Engine {
  readonly #settings: EngineSettings;
  readonly #policy: Policy;
  readonly #counts: Counts;
  readonly #difficulties: Float64Array;
  readonly #variances: Float64Array;
  readonly #abilities: Float64Array;
  readonly #forms: Float64Array;
  readonly #answered: Uint32Array;
  /** By learner and item. */
  readonly #recall = new Map<number, number>();

  constructor(items: ItemBank, counts: Counts, settings: EngineSettings) {
    this.#settings = settings;
    this.#policy = { ...defaultPolicy, guessFloor: settings.guessFloor };
    this.#counts = counts;
    this.#difficulties = Float64Array.from(items.difficulties);
    this.#variances = Float64Array.from(items.variances);
    this.#abilities = new Float64Array(counts.learners).fill(items.abilityMean);
    this.#forms = new Float64Array(counts.learners);
    this.#answered = new Uint32Array(counts.learners);
  }

  /** The chance of each answer as things stand, without learning from any. */
  predict(log: AnswerLog): Float64Array {
    return Float64Array.from(log.correct.keys(), (i) => {
      const learner = log.learners[i] ?? 0;
      const item = log.items[i] ?? 0;
      return predictSuccess(this.#standing(learner, item), this.#difficulties[item] ?? 0, this.#policy);
    });
  }

  /**
   * Goes through a log: predicts each answer, then learns from it. The items are learned from as well unless they were
   * fitted to this very log; that stands in for the nightly refit. Returns the predictions.
   */
  follow(log: AnswerLog, itemsKnown: boolean): Float64Array {
    const { abilityStep, abilityStepDecay, leastAbilityStep, formStep, formKept } = this.#settings;
    const predictions = new Float64Array(log.correct.length);
    for (let i = 0; i < predictions.length; i++) {
      const learner = log.learners[i] ?? 0;
      const item = log.items[i] ?? 0;
      const correct = log.correct[i] === 1;
      const standing = this.#standing(learner, item);
      const difficulty = this.#difficulties[item] ?? 0;
      const predicted = predictSuccess(standing, difficulty, this.#policy);
      predictions[i] = predicted;

      const surprise = updateAbility(standing, { difficulty, correct, answered: 0 }, this.#policy) - standing;
      const answered = this.#answered[learner] ?? 0;
      const step = Math.max(abilityStep / (1 + abilityStepDecay * answered), leastAbilityStep);
      this.#answered[learner] = answered + 1;
      this.#abilities[learner] = (this.#abilities[learner] ?? 0) + step * surprise;
      this.#forms[learner] = formKept * (this.#forms[learner] ?? 0) + formStep * surprise;
      this.#remember(learner, item, correct, surprise);
      if (!itemsKnown) this.#learnItem(item, predicted, surprise);
    }
    return predictions;
  }

  #standing(learner: number, item: number): number {
    const recall = this.#recalls ? (this.#recall.get(this.#pair(learner, item)) ?? 0) : 0;
    return (this.#abilities[learner] ?? 0) + (this.#forms[learner] ?? 0) + recall;
  }

  #remember(learner: number, item: number, correct: boolean, surprise: number): void {
    if (!this.#recalls) return;
    const { recallAfterHit, recallAfterMiss } = this.#settings;
    const pair = this.#pair(learner, item);
    const change = (correct ? recallAfterHit : recallAfterMiss) * surprise;
    this.#recall.set(pair, (this.#recall.get(pair) ?? 0) + change);
  }

  /** One step of a Kalman filter: the less is known of an item, the more an answer moves it. */
  #learnItem(item: number, predicted: number, surprise: number): void {
    const { guessFloor } = this.#policy;
    const known = (predicted - guessFloor) / (1 - guessFloor);
    const information = ((1 - predicted) / predicted) * known ** 2;
    const variance = 1 / (1 / (this.#variances[item] ?? 1) + information);
    this.#variances[item] = variance;
    this.#difficulties[item] = (this.#difficulties[item] ?? 0) - variance * surprise;
  }

  get #recalls(): boolean {
    return this.#settings.recallAfterHit !== 0 || this.#settings.recallAfterMiss !== 0;
  }

  #pair(learner: number, item: number): number {
    return learner * this.#counts.items + item;
  }
}
