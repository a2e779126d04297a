import { DRAWS_PER_CELL } from './cellChoice.ts';
import type { Level } from './level.ts';
import type { Policy } from './policy.ts';
import { type Considered, chooseQuestion } from './questionChoice.ts';
import { seededRandom } from './random.ts';
import type { Topic } from './topic.ts';
import { chooseTopic, type TopicWeight } from './topicChoice.ts';

/** Why a delivery has its question: stored with it, enough to explain the choice and to replay it. */
export interface Selection {
  readonly seed: string;
  /** The learner's level and ability (logits) at that moment. */
  readonly level: Level;
  readonly ability: number;
  /** How many cells were drawn before the last one and held nothing unseen; none when absent. */
  readonly emptyCells?: number;
  /** Weights of the topics in the last draw; empty when a question was repeated, for then none was drawn. */
  readonly weights: readonly TopicWeight[];
  readonly considered: readonly Considered[];
  readonly explored: boolean;
}

/** What a stored selection leads to when it is played again. */
export interface ReplayedChoice {
  readonly topic: Topic;
  readonly questionId: string;
  readonly considered: readonly Considered[];
  readonly explored: boolean;
}

/**
 * Makes a stored choice again from its seed, the weights and the candidates of that moment. The result is that
 * of the first time as long as the policy is the same. Null when the question was a repeat, which takes no draw.
 */
export function replayChoice(selection: Selection, policy: Policy): ReplayedChoice | null {
  if (selection.considered.length === 0) return null;
  const random = seededRandom(selection.seed);
  for (let draw = 0; draw < DRAWS_PER_CELL * (selection.emptyCells ?? 0); draw++) random();
  const topic = chooseTopic(selection.weights, random);
  for (let draw = 1; draw < DRAWS_PER_CELL; draw++) random();
  const { chosen, considered, explored } = chooseQuestion(selection.considered, selection, random, policy);
  return { topic, questionId: chosen.questionId, considered, explored };
}
