/** Two texts of a set that are alike, and how much (0-1). */
export interface SimilarPair<T> {
  readonly one: T;
  readonly other: T;
  readonly similarity: number;
}

/**
 * The trigrams of a text as PostgreSQL's pg_trgm takes them: words in lower case, with two spaces before and one
 * after each.
 */
export function trigramsOf(text: string): Set<string> {
  const trigrams = new Set<string>();
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    const padded = `  ${word} `;
    for (let at = 0; at + 3 <= padded.length; at++) trigrams.add(padded.slice(at, at + 3));
  }
  return trigrams;
}

/** Shared trigrams over all trigrams of both (0-1), the `similarity` of pg_trgm. Two empty sets are not alike. */
export function similarityOf(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let shared = 0;
  for (const trigram of one) if (other.has(trigram)) shared++;
  const all = one.size + other.size - shared;
  return all === 0 ? 0 : shared / all;
}

/** Every pair whose texts are at least `threshold` alike. Compares each with each. */
export function similarPairs<T>(
  items: readonly T[],
  textOf: (item: T) => string,
  threshold: number,
): SimilarPair<T>[] {
  const sets = items.map((item) => ({ item, trigrams: trigramsOf(textOf(item)) }));
  return sets.flatMap(({ item: one, trigrams }, index) =>
    sets.slice(index + 1).flatMap(({ item: other, trigrams: others }) => {
      const similarity = similarityOf(trigrams, others);
      return similarity >= threshold ? [{ one, other, similarity }] : [];
    }),
  );
}
