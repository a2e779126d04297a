import { difficultyOfIndex } from '@rung/domain';

/** What a row of `questions q` says of its difficulty, for a select list; {@link difficultyOf} reads it. */
export const difficultyColumns = 'q.difficulty AS fitted, q.difficulty_index AS "difficultyIndex"';

export interface StoredDifficulty {
  /** In logits, from answers; null until there are enough of them. */
  readonly fitted: number | null;
  readonly difficultyIndex: number;
}

/** A question's difficulty in logits: from its answers, else from its index. */
export function difficultyOf({ fitted, difficultyIndex }: StoredDifficulty): number {
  return fitted ?? difficultyOfIndex(difficultyIndex);
}
