/**
 * Every number that the rules turn on. Rules take a policy as an argument; `defaultPolicy` is the
 * product's.
 */
export interface Policy {
  /** Correct answers in a row after which the level rises. */
  readonly promoteAfter: number;
  /** Levels climbed on a promotion, and lost on an incorrect answer. */
  readonly levelStep: number;
  /** What a missed day that no freeze covers does to the level. */
  readonly missedDay: 'keepLevel' | 'resetToBeginner';
  /** A freeze is earned each time the streak grows to a multiple of this many days. */
  readonly streakDaysPerFreeze: number;
  /** The most freezes that a learner can hold. */
  readonly maxFreezes: number;
  /** First-attempt correct answers that a missed question needs before it is mastered. */
  readonly wrongPoolTries: number;
  /**
   * How long a daily question stays open at the least, in milliseconds after its slot or its late sending.
   */
  readonly minimumOpenMs: number;
  /** The least share of choices that an allowed topic keeps, however strong the learner is in it (0-1). */
  readonly topicFloor: number;
  /** Days running after which a topic rests while another is available. */
  readonly topicRunLimit: number;
  /** Answers that a topic is credited with before the learner's own count, at `topicPriorAccuracy`. */
  readonly topicPriorAnswers: number;
  /** Accuracy assumed in a topic that the learner has not answered yet (0-1). */
  readonly topicPriorAccuracy: number;
  /** The chance of success at which a question teaches most (0-1). */
  readonly targetSuccess: number;
  /** Share of questions chosen at random, so that all difficulties stay calibrated (0-1). */
  readonly exploration: number;
  /** Chance of a correct answer by guessing: one option in four. */
  readonly guessFloor: number;
  /** How fast an answer's weight in a learner's ability falls with the number n before it: 1 / (1 + this n). */
  readonly abilityStepDecay: number;
  /** How far true difficulties lie from what their level says: standard deviation in logits. */
  readonly difficultyPriorSd: number;
  /** First answers from which on a question's own difficulty counts for more than its level. */
  readonly minimumAnswers: number;
}

export const defaultPolicy: Policy = {
  promoteAfter: 3,
  levelStep: 1,
  missedDay: 'keepLevel',
  streakDaysPerFreeze: 7,
  maxFreezes: 2,
  wrongPoolTries: 2,
  minimumOpenMs: 6 * 60 * 60 * 1000,
  topicFloor: 0.05,
  topicRunLimit: 2,
  topicPriorAnswers: 4,
  topicPriorAccuracy: 0.5,
  targetSuccess: 0.75,
  exploration: 0.1,
  guessFloor: 0.25,
  abilityStepDecay: 0.05,
  difficultyPriorSd: 0.6,
  minimumAnswers: 30,
};
