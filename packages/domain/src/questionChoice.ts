import { predictSuccess } from './difficulty.ts';
import type { Level } from './level.ts';
import type { Policy } from './policy.ts';
import type { Random } from './random.ts';
import type { Topic } from './topic.ts';

/** Which step of the order of supply a delivered question came from. */
export type SupplySource =
  | 'unseen_level'
  | 'unseen_neighbour'
  | 'generated'
  | 'unseen_other'
  | 'wrong_pool'
  | 'seen_longest_ago';

/** A question that may be chosen. */
export interface Candidate {
  readonly questionId: string;
  readonly version: number;
  readonly level: Level;
  readonly topic: Topic;
  /** In logits, as `difficultyOfIndex` gives it: not the index from 1 to 10. */
  readonly difficulty: number;
}

/** What a candidate was weighed by. */
export interface Considered {
  readonly questionId: string;
  /** In logits, at the time of the choice. */
  readonly difficulty: number;
  /** The chance (0-1) that the learner answers it correctly. */
  readonly predicted: number;
}

/** A choice with what is needed to explain and replay it later. */
export interface QuestionChoice<C = Candidate> {
  readonly chosen: C;
  /** Every candidate, in the order given. */
  readonly considered: readonly Considered[];
  /** True when the question was drawn at random rather than for its predicted success. */
  readonly explored: boolean;
}

/**
 * Chooses the candidate whose predicted success is nearest the policy's target, the earlier of two that are
 * equally near; or, for the policy's share of exploration, any of them. Draws one number, or two when it
 * explores. Throws RangeError without candidates.
 */
export function chooseQuestion<C extends Pick<Candidate, 'questionId' | 'difficulty'>>(
  candidates: readonly C[],
  learner: { readonly ability: number },
  random: Random,
  policy: Policy,
): QuestionChoice<C> {
  const rated = candidates.map((candidate) => ({
    candidate,
    predicted: predictSuccess(learner.ability, candidate.difficulty, policy),
  }));
  const explored = random() < policy.exploration;
  const distance = (predicted: number) => Math.abs(predicted - policy.targetSuccess);
  const pick = explored
    ? rated[Math.floor(random() * rated.length)]
    : rated.toSorted((a, b) => distance(a.predicted) - distance(b.predicted))[0];
  if (pick === undefined) throw new RangeError('no candidates to choose a question from');
  return {
    chosen: pick.candidate,
    considered: rated.map(({ candidate: { questionId, difficulty }, predicted }) => ({
      questionId,
      difficulty,
      predicted,
    })),
    explored,
  };
}
