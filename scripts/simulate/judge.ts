import { defaultPolicy, type Policy } from '@rung/domain';
import { type Answered, type Outcome, simulateDays } from './days.ts';
import { type Figure, round } from './figures.ts';
import type { SimulationOptions } from './options.ts';
import { calibrationError, correlation, logLoss, mean, type Predictions, rootMeanSquare } from './scores.ts';
import { makeWorld, type World } from './world.ts';

/**
 * Simulates one world twice, with questions chosen by ability and at random within the topic, and says how the rules
 * do: the ladder, what the refit recovers, how good the predictions are, and what the choice by ability changes.
 */
export function judgeRules(options: SimulationOptions): Figure[] {
  const policy = defaultPolicy;
  const world = makeWorld(options, policy);
  const outcome = simulateDays(world, options.answers, policy);
  const atRandom = simulateDays(world, options.answers, { ...policy, exploration: 1 });
  return [
    ...ofLadder(outcome, options, policy),
    ...ofRefit(outcome, world),
    ...ofPredictions(outcome, world),
    ...ofChoice(outcome, atRandom, world, policy),
  ];
}

function ofLadder({ answers }: Outcome, options: SimulationOptions, policy: Policy): Figure[] {
  const { seed, learners, items } = options;
  return [
    { figure: 'answers', value: answers.length, seed, learners, items },
    {
      figure: 'correct_rate',
      value: round(mean(answers.map(({ correct }) => Number(correct)))),
      target: policy.targetSuccess,
    },
    {
      figure: 'level_distance',
      value: round(mean(answers.map(({ levelsAway }) => levelsAway))),
      unit: 'levels',
      last_half: round(mean(answers.slice(answers.length / 2).map(({ levelsAway }) => levelsAway))),
    },
  ];
}

function ofRefit({ calibrated }: Outcome, { questions }: World): Figure[] {
  const truths = questions.map(({ truth }) => truth);
  const labels = questions.map(({ label }) => label);
  const fitted = questions.map(({ questionId, label }) => calibrated.get(questionId)?.difficulty ?? label);
  const errors = questions.flatMap(({ questionId, truth }) => {
    const found = calibrated.get(questionId);
    return found === undefined ? [] : [(found.difficulty - truth) / found.standardError];
  });
  return [
    {
      figure: 'item_correlation',
      value: round(correlation(fitted, truths)),
      baseline: round(correlation(labels, truths)),
    },
    {
      figure: 'item_rmse',
      value: round(rootMeanSquare(fitted, truths)),
      unit: 'logits',
      baseline: round(rootMeanSquare(labels, truths)),
    },
    {
      figure: 'item_error_ratio',
      value: round(Math.sqrt(mean(errors.map((error) => error ** 2)))),
      unit: 'standard errors',
    },
  ];
}

function ofPredictions({ answers, abilities }: Outcome, world: World): Figure[] {
  const first = answers.filter(({ predicted }) => predicted !== null);
  const predictionsBy = (chance: (answer: Answered) => number): Predictions => ({
    predicted: Float64Array.from(first, chance),
    correct: Uint8Array.from(first, ({ correct }) => Number(correct)),
  });
  const rate = mean(first.map(({ correct }) => Number(correct)));
  const predictions = predictionsBy(({ predicted }) => predicted ?? Number.NaN);
  return [
    {
      figure: 'log_loss',
      value: round(logLoss(predictions)),
      baseline: round(logLoss(predictionsBy(() => rate))),
      best_possible: round(logLoss(predictionsBy(({ chance }) => chance))),
    },
    { figure: 'calibration_error', value: round(calibrationError(predictions)) },
    {
      figure: 'ability_rmse',
      value: round(rootMeanSquare(abilities, world.abilities)),
      unit: 'logits',
      baseline: round(
        rootMeanSquare(
          world.abilities.map(() => 0),
          world.abilities,
        ),
      ),
    },
  ];
}

/** The value is with the choice by ability, the baseline at random. */
function ofChoice(byAbility: Outcome, atRandom: Outcome, world: World, policy: Policy): Figure[] {
  const compare = (figure: string, measure: (answer: Answered) => number): Figure => ({
    figure,
    value: round(mean(byAbility.answers.map(measure))),
    baseline: round(mean(atRandom.answers.map(measure))),
  });
  const away = ({ chance }: Answered) => Math.abs(chance - policy.targetSuccess);
  return [
    compare('choice_success', ({ chance }) => chance),
    compare('choice_distance', away),
    compare('choice_within_0.1', (answer) => Number(away(answer) <= 0.1)),
    compare('choice_too_hard', ({ chance }) => Number(chance < 0.5)),
    compare('choice_too_easy', ({ chance }) => Number(chance > 0.9)),
    compare('choice_information', ({ chance }) => information(chance, policy)),
    compare('choice_level_distance', ({ levelsAway }) => levelsAway),
    {
      figure: 'choice_ability_rmse',
      value: round(rootMeanSquare(byAbility.abilities, world.abilities)),
      baseline: round(rootMeanSquare(atRandom.abilities, world.abilities)),
      unit: 'logits',
    },
  ];
}

/** Fisher information on the ability in one answer to a question with this chance of success (Birnbaum 1968). */
function information(chance: number, { guessFloor }: Policy): number {
  const known = (chance - guessFloor) / (1 - guessFloor);
  return ((1 - chance) / chance) * known ** 2;
}
