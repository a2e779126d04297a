import { bankIndexAt, type OptionOrder } from '@rung/domain';
import { z } from 'zod';
import { fence } from './fence.ts';
import type { Prompts } from './prompts.ts';
import type { Prompt } from './provider/prompt.ts';
import type { Refusal } from './rejection.ts';
import type { WrittenQuestion } from './written.ts';

const LETTERS = ['A', 'B', 'C', 'D'] as const;

/** A blind answer: every option that is right, which should be one. */
export const answerSchema = z.strictObject({ correct: z.array(z.enum(LETTERS)) });

/** The prompt that has a question answered blind: its text and its options in another order, and nothing else. */
export function answeringPrompt(
  prompts: Pick<Prompts, 'answer'>,
  { text, options }: Pick<WrittenQuestion, 'text' | 'options'>,
  order: OptionOrder,
  outputTokens: number,
): Prompt<typeof answerSchema> {
  const [A, B, C, D] = order.map((index) => options[index]);
  return {
    name: 'answer',
    system: prompts.answer,
    user: fence({ question: text, options: { A, B, C, D } }),
    schema: answerSchema,
    outputTokens,
  };
}

/** Why a blind answer speaks against a question; undefined when it is the key and nothing else. */
export function judgeAnswer(
  { correct }: z.output<typeof answerSchema>,
  { correctIndex }: Pick<WrittenQuestion, 'correctIndex'>,
  order: OptionOrder,
): Refusal | undefined {
  const right = [...new Set(correct)].map((letter) => LETTERS.indexOf(letter) as 0 | 1 | 2 | 3);
  const indexes = right.map((position) => bankIndexAt(order, position));
  const [only] = indexes;
  if (indexes.length !== 1 || only === undefined) {
    return { reason: 'ambiguous', detail: `the blind answer finds ${indexes.length} options right` };
  }
  if (only === correctIndex) return undefined;
  return {
    reason: 'wrong_key',
    detail: `the blind answer is ${LETTERS[only]}, the key is ${LETTERS[correctIndex]}`,
  };
}
