import { difficultyIndexOfLevel, type Level, MAX_LEVEL } from '@rung/domain';
import { similarityOf, trigramsOf } from '../checks/similarity.ts';
import type { WrittenQuestion } from './written.ts';

/** The outer quartiles of the bank: words of a question by level, and the mean trigram similarity of two options. */
const WORDS: Record<Level, { readonly few: number; readonly many: number }> = {
  1: { few: 34, many: 43 },
  2: { few: 40, many: 48 },
  3: { few: 48, many: 55 },
  4: { few: 47, many: 53 },
};
const LIKENESS = { low: 0.19, high: 0.3 };

/**
 * The difficulty index (1-10) of a question that nobody has answered yet: the middle of its level's band, one more when
 * there is much to read or options are hard to tell apart, one less when the opposite is so. Expert is always 10.
 */
export function difficultyIndexOf({
  level,
  text,
  options,
}: Pick<WrittenQuestion, 'level' | 'text' | 'options'>): number {
  const middle = difficultyIndexOfLevel(level);
  if (level === MAX_LEVEL) return middle;
  const words = text.split(/\s+/).length;
  const likeness = meanSimilarity(options);
  const signs = [
    Number(words >= WORDS[level].many) - Number(words <= WORDS[level].few),
    Number(likeness >= LIKENESS.high) - Number(likeness <= LIKENESS.low),
  ];
  return middle + Math.sign(signs.reduce((sum, sign) => sum + sign, 0));
}

function meanSimilarity(texts: readonly string[]): number {
  const sets = texts.map(trigramsOf);
  const pairs = sets.flatMap((one, index) => sets.slice(index + 1).map((other) => similarityOf(one, other)));
  return pairs.reduce((sum, similarity) => sum + similarity, 0) / pairs.length;
}
