import type { Level } from '@rung/domain';
import { type Catalogue, percent } from './catalogue.ts';
import type { Html } from './html.ts';

/** A number of days, in words. */
export function daysOf(catalogue: Catalogue, count: number): Html {
  return catalogue.html('days', { count });
}

/** The line of a streak as it stands, next to the learner's best. */
export function streakLine(catalogue: Catalogue, streak: number, best: number): Html {
  const days = daysOf(catalogue, streak);
  if (streak === 0) return catalogue.html('streak-none', { days });
  if (streak < best) return catalogue.html('streak-below-best', { days, best });
  return catalogue.html(streak > 1 ? 'streak-best' : 'streak', { days });
}

/** The line of a level, with the run of right answers towards the next one, if there is a run. */
export function levelLine(catalogue: Catalogue, level: Level, run: number): Html {
  const name = catalogue.html(`level-${level}`);
  return run > 0
    ? catalogue.html('level-climbing', { level: name, run })
    : catalogue.html('level-same', { level: name });
}

/** The line of the accuracy so far; `answered` is at least 1. */
export function accuracyLine(catalogue: Catalogue, correct: number, answered: number): Html {
  return catalogue.html('accuracy', { share: percent(correct / answered), correct, answered });
}
