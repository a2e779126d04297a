import type { AnswerLog } from './answerLog.ts';
import type { Counts } from './engine.ts';

/**
 * The baseline: Elo for learners and items alike, nothing tuned, no guess floor, each update 1 / (1 + 0.05 n) of the
 * surprise after n answers (Pelánek 2016, Applications of the Elo rating system in adaptive educational systems).
 * Goes through the logs one after the other and returns its predictions of the last.
 */
export function followElo(logs: readonly AnswerLog[], counts: Counts): Float64Array {
  const abilities = new Float64Array(counts.learners);
  const difficulties = new Float64Array(counts.items);
  const answersOfLearner = new Uint32Array(counts.learners);
  const answersOfItem = new Uint32Array(counts.items);
  let predictions = new Float64Array();
  for (const { learners, items, correct } of logs) {
    predictions = new Float64Array(correct.length);
    for (let i = 0; i < correct.length; i++) {
      const learner = learners[i] ?? 0;
      const item = items[i] ?? 0;
      const ability = abilities[learner] ?? 0;
      const difficulty = difficulties[item] ?? 0;
      const predicted = 1 / (1 + Math.exp(difficulty - ability));
      const surprise = (correct[i] ?? 0) - predicted;
      predictions[i] = predicted;
      abilities[learner] = ability + surprise / (1 + 0.05 * count(answersOfLearner, learner));
      difficulties[item] = difficulty - surprise / (1 + 0.05 * count(answersOfItem, item));
    }
  }
  return predictions;
}

/** How many there were before this one. */
function count(counts: Uint32Array, i: number): number {
  const before = counts[i] ?? 0;
  counts[i] = before + 1;
  return before;
}
