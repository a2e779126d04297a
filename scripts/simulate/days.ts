import {
  addDays,
  type CalibratedDifficulty,
  dailySeed,
  difficultyOfLevel,
  type FirstAnswer,
  type Level,
  type Policy,
  predictSuccess,
  refitDifficulties,
  seededRandom,
} from '@rung/domain';
import { cellsOf, Learner } from './learner.ts';
import type { SimulatedQuestion, World } from './world.ts';

/** One daily question and its answer. */
export interface Answered {
  readonly correct: boolean;
  /** Success as the product predicted it; null for a repeated question. */
  readonly predicted: number | null;
  /** Success as it truly was. */
  readonly chance: number;
  /** How many levels the learner stood from the one that suits their true ability best. */
  readonly levelsAway: number;
}

export interface Outcome {
  readonly answers: readonly Answered[];
  /** What the product believes of each learner in the end, in logits. */
  readonly abilities: readonly number[];
  /** The last nightly refit. */
  readonly calibrated: ReadonlyMap<string, CalibratedDifficulty>;
}

const FIRST_DATE = '2026-01-01';

/** Has every learner answer one question a day for so many days, with a refit of the difficulties each night. */
export function simulateDays(world: World, days: number, policy: Policy): Outcome {
  const cells = cellsOf(world.questions);
  const priors = new Map(world.questions.map(({ questionId, label }) => [questionId, label]));
  const people = world.abilities.map((truth, i) => {
    const learner = new Learner(`${world.seed}-${i}`);
    return { learner, truth, ideal: idealLevel(truth, policy), luck: seededRandom(`${learner.userId}:luck`) };
  });
  const answers: Answered[] = [];
  const firstAnswers: FirstAnswer[] = [];
  let calibrated: ReadonlyMap<string, CalibratedDifficulty> = new Map();
  const difficultyOf = ({ questionId, label }: SimulatedQuestion) => {
    const found = calibrated.get(questionId);
    return found !== undefined && found.answers >= policy.minimumAnswers ? found.difficulty : label;
  };

  for (let day = 0; day < days; day++) {
    const localDate = addDays(FIRST_DATE, day);
    for (const { learner, truth, ideal, luck } of people) {
      const random = seededRandom(dailySeed({ userId: learner.userId, localDate, kind: 'daily' }));
      const levelsAway = Math.abs(learner.standing.level - ideal);
      const question = learner.choose(cells, difficultyOf, random, policy);
      const chance = predictSuccess(truth, question.truth, policy);
      const correct = luck() < chance;
      const difficulty = difficultyOf(question);
      const predicted = learner.answer(question, { correct, localDate, difficulty }, policy);
      answers.push({ correct, predicted, chance, levelsAway });
      if (predicted !== null) {
        firstAnswers.push({ userId: learner.userId, questionId: question.questionId, correct });
      }
    }
    calibrated = refitDifficulties(firstAnswers, priors, policy);
  }
  return { answers, abilities: people.map(({ learner }) => learner.ability), calibrated };
}

/** The level whose questions, by their label, such a learner answers with a chance nearest to the policy's target. */
function idealLevel(ability: number, policy: Policy): Level {
  const levels: readonly Level[] = [1, 2, 3, 4];
  const distance = (level: Level) =>
    Math.abs(predictSuccess(ability, difficultyOfLevel(level), policy) - policy.targetSuccess);
  return levels.reduce((best, level) => (distance(level) < distance(best) ? level : best));
}
