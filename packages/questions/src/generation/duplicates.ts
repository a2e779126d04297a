import { similarityOf, trigramsOf } from '../checks/similarity.ts';
import type { GenerationStores } from './ports.ts';
import type { Refusal } from './rejection.ts';

/** Looks for questions that ask the same as a new one. */
export interface Duplicates {
  /**
   * Claims a text while it is checked and stored. Refused when it resembles one of `avoid`, a text claimed by another
   * request, or a stored question; otherwise `release` gives the claim up again.
   */
  claim(text: string, avoid: readonly string[]): Promise<{ refusal: Refusal } | { release: () => void }>;
}

/** `threshold`: the trigram similarity (0-1) from which two texts ask the same. */
export function makeDuplicates(stores: Pick<GenerationStores, 'findSimilar'>, threshold: number): Duplicates {
  // What several requests write at the same moment is not stored yet, and models repeat themselves.
  const claimed = new Set<ReadonlySet<string>>();

  return {
    async claim(text, avoid) {
      const trigrams = trigramsOf(text);
      const isLike = (other: ReadonlySet<string>) => similarityOf(trigrams, other) >= threshold;
      if (avoid.some((other) => isLike(trigramsOf(other)))) return refuse('a text to avoid');
      if ([...claimed].some(isLike)) return refuse('one that is being written');

      claimed.add(trigrams);
      const release = () => void claimed.delete(trigrams);
      try {
        const similar = await stores.findSimilar(text, threshold);
        if (similar === null) return { release };
        release();
        return refuse(`${similar.questionId}, ${similar.similarity.toFixed(2)} alike`);
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}

function refuse(like: string): { refusal: Refusal } {
  return { refusal: { reason: 'duplicate', detail: `it is like ${like}` } };
}
