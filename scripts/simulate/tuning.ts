import type { AnswerLog } from './answerLog.ts';
import { type Counts, Engine, type EngineSettings, fitItems, productSettings } from './engine.ts';
import { logLoss } from './scores.ts';

/** How far a search goes at first in each number, and how low and high it may get. */
const searched: Readonly<
  Record<Exclude<keyof EngineSettings, 'guessFloor'>, { step: number; range: [number, number] }>
> = {
  abilityStep: { step: 0.3, range: [0, 2] },
  abilityStepDecay: { step: 0.04, range: [0, 1] },
  leastAbilityStep: { step: 0.03, range: [0, 1] },
  formStep: { step: 0.15, range: [0, 2] },
  formKept: { step: 0.06, range: [0, 0.99] },
  recallAfterHit: { step: 0.4, range: [-4, 4] },
  recallAfterMiss: { step: 0.4, range: [-4, 4] },
};
const names = Object.keys(searched) as (keyof typeof searched)[];

/** Settings, and the log loss of their predictions, summed over all answers. */
interface Judged {
  readonly settings: EngineSettings;
  readonly loss: number;
}

const ROUNDS = 4;
const GUESS_FLOOR_STEP = 0.05;
const MAX_GUESS_FLOOR = 0.5;
/** One learner in so many is left out of the fit of the items at a time, to judge settings by. */
const FOLDS = 4;

/**
 * The settings that predict best. The guess floor is that under which the answers are likeliest when all are fitted at
 * once. For the other numbers items are fitted to three learners in four and settings judged by how likely they make the
 * others' answers, as those of learners who are new; each learner is left out once. One number at a time, in ever smaller
 * steps from the product's (pattern search, Hooke and Jeeves 1961). A step has to make the answers likelier by a factor
 * of e, so that few answers change little.
 */
export function tune(log: AnswerLog, counts: Counts): EngineSettings {
  const start: EngineSettings = { ...productSettings, guessFloor: findGuessFloor(log, counts) };
  const folds = Array.from({ length: FOLDS }, (_, fold) => ({
    items: fitItems(
      only(log, (learner) => learner % FOLDS !== fold),
      counts,
      start.guessFloor,
    ),
    held: only(log, (learner) => learner % FOLDS === fold),
  }));
  const judge = (settings: EngineSettings): Judged => ({
    settings,
    loss: folds.reduce((sum, { items, held }) => {
      const predicted = new Engine(items, counts, settings).follow(held, false);
      return sum + held.correct.length * (logLoss({ predicted, correct: held.correct }) ?? 0);
    }, 0),
  });
  let best = judge(start);
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names) {
      for (const direction of [2 ** -round, -(2 ** -round)]) {
        for (;;) {
          const settings = moved(best.settings, name, direction);
          const next = settings === null ? best : judge(settings);
          if (next.loss > best.loss - 1) break;
          best = next;
        }
      }
    }
  }
  return best.settings;
}

/** Upwards from none, for as long as it makes the answers likelier. */
function findGuessFloor(log: AnswerLog, counts: Counts): number {
  let best = { guessFloor: 0, evidence: Number.NEGATIVE_INFINITY };
  for (let step = 0; step <= MAX_GUESS_FLOOR / GUESS_FLOOR_STEP; step++) {
    const guessFloor = step * GUESS_FLOOR_STEP;
    const { evidence } = fitItems(log, counts, guessFloor);
    if (evidence <= best.evidence) break;
    best = { guessFloor, evidence };
  }
  return best.guessFloor;
}

/** Null at the end of the range. */
function moved(
  settings: EngineSettings,
  name: keyof typeof searched,
  direction: number,
): EngineSettings | null {
  const { step, range } = searched[name];
  const value = Math.min(Math.max(settings[name] + direction * step, range[0]), range[1]);
  return value === settings[name] ? null : { ...settings, [name]: value };
}

function only(log: AnswerLog, isMeant: (learner: number) => boolean): AnswerLog {
  const places = Uint32Array.from(log.learners.keys()).filter((i) => isMeant(log.learners[i] ?? 0));
  return {
    learners: places.map((i) => log.learners[i] ?? 0),
    items: places.map((i) => log.items[i] ?? 0),
    correct: Uint8Array.from(places, (i) => log.correct[i] ?? 0),
  };
}
