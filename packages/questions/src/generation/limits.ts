import type { TextLimits } from '../checks/question.ts';
import { bankLimits } from '../checks.ts';

/** Every number that generation turns on. */
export interface GenerationLimits {
  /** Questions written for one request before it is given up. */
  readonly candidates: number;
  /** Requests to one provider for one answer: the first and its retries. */
  readonly tries: number;
  /** The wait before the first retry; it doubles with each, and up to as much again is added at random. */
  readonly backoffMs: number;
  /** Failures of a provider in a row that open its circuit. */
  readonly failuresToOpen: number;
  /** How long a circuit stays open before one request may try. */
  readonly halfOpenAfterMs: number;
  /** The longest that a provider's Retry-After is obeyed. */
  readonly longestRestMs: number;
  /** With less time left than this no request is begun. */
  readonly leastCallMs: number;
  /** Share (0-1) of the time left that may go into writing; the rest is for the blind answer. */
  readonly writingShare: number;
  /** Bytes of a reply that are read. */
  readonly replyBytes: number;
  /** Tokens that a model may spend on one answer, its thinking included. */
  readonly outputTokens: { readonly question: number; readonly answer: number };
  /** Bank questions shown as examples. */
  readonly examples: number;
  /** Texts taken of each kind of context, and characters of each text. */
  readonly contextTexts: number;
  readonly contextTextLength: number;
  /** From this trigram similarity (0-1) two questions ask the same. */
  readonly similarity: number;
  /** A key may be this many times as long as the mean distractor. */
  readonly keyLengthRatio: number;
  readonly texts: TextLimits;
}

export const generationLimits: GenerationLimits = {
  candidates: 3,
  tries: 3,
  backoffMs: 250,
  failuresToOpen: 5,
  halfOpenAfterMs: 60_000,
  longestRestMs: 3_600_000,
  leastCallMs: 250,
  writingShare: 0.6,
  replyBytes: 256 * 1024,
  outputTokens: { question: 8_000, answer: 4_000 },
  examples: 3,
  contextTexts: 8,
  contextTextLength: 300,
  similarity: bankLimits.similarity,
  keyLengthRatio: bankLimits.keyLengthRatio,
  texts: bankLimits,
};
