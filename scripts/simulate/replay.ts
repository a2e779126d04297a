import { type AnswerLog, Numbering, readAnswerLog } from './answerLog.ts';
import { followElo } from './elo.ts';
import { Engine, type EngineSettings, fitItems, productSettings } from './engine.ts';
import { type Figure, round } from './figures.ts';
import { areaUnderCurve, calibrationError, logLoss, mean, type Predictions } from './scores.ts';
import { tune } from './tuning.ts';

/**
 * Holds the engine against answers of real learners: fits to those of one log and predicts those of another one by
 * one, each from all that came before it. `value` is the engine with its few global numbers tuned to the train log,
 * `product` with those of the product, `without_updates` tuned but learning nothing from the test log, and `baseline`
 * an untuned Elo. Throws LogError when a file cannot be read.
 */
export async function replay(files: { readonly train: string; readonly test: string }): Promise<Figure[]> {
  const ids = { learners: new Numbering(), items: new Numbering() };
  const train = await readAnswerLog(files.train, ids);
  const known = { learners: ids.learners.size, items: ids.items.size };
  const test = await readAnswerLog(files.test, ids);
  const counts = { learners: ids.learners.size, items: ids.items.size };

  const engineAfterTrain = (settings: EngineSettings) => {
    const engine = new Engine(fitItems(train, counts, settings.guessFloor), counts, settings);
    engine.follow(train, true);
    return engine;
  };
  const settings = tune(train, counts);
  const engine = engineAfterTrain(settings);
  const predicted = {
    without_updates: engine.predict(test),
    value: engine.follow(test, false),
    product: engineAfterTrain(productSettings).follow(test, false),
    baseline: followElo([train, test], counts),
  };
  const score = (figure: string, judge: (predictions: Predictions) => number | null): Figure => {
    const of = (name: keyof typeof predicted) =>
      round(judge({ predicted: predicted[name], correct: test.correct }));
    return {
      figure,
      value: of('value'),
      baseline: of('baseline'),
      product: of('product'),
      without_updates: of('without_updates'),
    };
  };
  return [
    {
      figure: 'answers',
      value: test.correct.length,
      train: train.correct.length,
      learners: new Set(test.learners).size,
      learners_in_train: knownAmong(test.learners, known.learners),
      items: new Set(test.items).size,
      items_in_train: knownAmong(test.items, known.items),
    },
    { figure: 'correct_rate', value: round(mean(test.correct)), train: round(mean(train.correct)) },
    score('auc', areaUnderCurve),
    score('log_loss', logLoss),
    score('calibration_error', calibrationError),
    { figure: 'guess_floor', value: round(settings.guessFloor), ...tuned(settings) },
  ];
}

function knownAmong(numbers: AnswerLog['learners'], knownCount: number): number {
  return new Set(numbers.filter((number) => number < knownCount)).size;
}

function tuned({ guessFloor: _, ...others }: EngineSettings): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(others).map(([name, value]) => [
      name.replaceAll(/[A-Z]/g, (c) => `_${c.toLowerCase()}`),
      round(value),
    ]),
  );
}
