import { isLevel, type Level, TOPICS } from '@rung/domain';
import { z } from 'zod';
import type { BankQuestion } from '../bankQuestion.ts';
import { tidy } from './tidy.ts';

/** A question as a model wrote it: untrusted, with the texts tidied. */
export type WrittenQuestion = Omit<BankQuestion, 'id'>;

const INDEX_OF_LETTER = { A: 0, B: 1, C: 2, D: 3 } as const;

// Refinements, since not every provider takes lengths and numbers that are listed in a JSON schema.
const text = z.string().refine((value) => value.trim() !== '', 'must not be empty');

/** The form in which a model writes a question. As an object, options are four in every dialect of JSON schema. */
export const writtenSchema = z.strictObject({
  topic: z.enum(TOPICS),
  level: z.number().refine(isLevel, 'must be 1, 2, 3 or 4'),
  question: text,
  options: z.strictObject({ A: text, B: text, C: text, D: text }),
  answer: z.enum(['A', 'B', 'C', 'D']),
  explanation: text,
  reference: text,
});

/** A question in the form in which a model writes it. */
export function asWritten({
  topic,
  level,
  text,
  options,
  correctIndex,
  explanation,
  reference,
}: WrittenQuestion) {
  const [A, B, C, D] = options;
  const answer = (['A', 'B', 'C', 'D'] as const)[correctIndex];
  return {
    topic,
    level,
    question: text,
    options: { A, B, C, D },
    answer,
    explanation,
    reference,
  };
}

/** The question that a model wrote. */
export function fromWritten(written: z.output<typeof writtenSchema>): WrittenQuestion {
  const { A, B, C, D } = written.options;
  return {
    topic: written.topic,
    // Refined above; zod does not narrow by it.
    level: written.level as Level,
    text: tidy(written.question),
    options: [tidy(A), tidy(B), tidy(C), tidy(D)],
    correctIndex: INDEX_OF_LETTER[written.answer],
    explanation: tidy(written.explanation),
    reference: tidy(written.reference),
  };
}
