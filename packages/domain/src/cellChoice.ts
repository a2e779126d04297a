import type { Policy } from './policy.ts';
import type { Random } from './random.ts';
import type { Topic } from './topic.ts';
import { chooseTopic, type TopicPerformance, type TopicWeight, topicWeights } from './topicChoice.ts';

/** The cell (one topic at one level) from which a question is to be taken. */
export interface CellChoice<C> {
  /** What the topics of all cells weighed, in the order in which they first come. */
  readonly weights: readonly TopicWeight[];
  readonly cell: C;
  /** Where in the order of the cell's questions to begin looking, [0, 1). */
  readonly startKey: number;
}

/** How many numbers each call of `chooseCell` draws. */
export const DRAWS_PER_CELL = 3;

/**
 * Draws a topic by its weight, one of that topic's cells, and a place in it. Throws RangeError without cells.
 */
export function chooseCell<C extends { readonly topic: Topic }>(
  cells: readonly C[],
  learner: {
    readonly performance: ReadonlyMap<Topic, TopicPerformance>;
    /** Topics of the latest dailies, newest first. */
    readonly recent: readonly Topic[];
  },
  random: Random,
  policy: Policy,
): CellChoice<C> {
  const allowed = [...new Set(cells.map(({ topic }) => topic))];
  const weights = topicWeights({ ...learner, allowed }, policy);
  const topic = chooseTopic(weights, random);
  const ofTopic = cells.filter((cell) => cell.topic === topic);
  const cell = ofTopic[Math.floor(random() * ofTopic.length)];
  if (cell === undefined) throw new RangeError(`no cell of topic ${topic}`);
  return { weights, cell, startKey: random() };
}
