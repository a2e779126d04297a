import { TOPICS, type Topic } from '@rung/domain';
import { z } from 'zod';
import type { BankQuestion } from './bankQuestion.ts';
import { repeatedOptions } from './checks/question.ts';

const INDEX_OF_LETTER = { A: 0, B: 1, C: 2, D: 3 } as const;

const words = z
  .string({
    error: ({ input }) =>
      input === undefined
        ? 'is missing'
        : 'must be text: put it in quotes if YAML reads it as something else',
  })
  .trim()
  .min(1, 'must not be empty');

/** The top of a file of the bank. Its questions are parsed one by one. */
export const fileSchema = z.strictObject({
  topic: z.enum(TOPICS, `must be one of ${TOPICS.join(', ')}`),
  questions: z.array(z.unknown(), 'must be a list of questions'),
});

/** Parses one entry of `questions` in the file of `topic`. */
export function entrySchema(topic: Topic) {
  const prefix = topic.replaceAll('_', '-');
  return z
    .strictObject({
      id: words.regex(new RegExp(`^${prefix}-[1-4]-\\d{3}$`), `must be ${prefix}-<level>-<three digits>`),
      level: z.literal([1, 2, 3, 4], 'must be 1, 2, 3 or 4'),
      question: words,
      options: z
        .tuple([words, words, words, words], 'must be four options')
        .refine((options) => repeatedOptions(options).length === 0, 'must differ from each other'),
      answer: z.enum(['A', 'B', 'C', 'D'], 'must be A, B, C or D'),
      explanation: words,
      reference: words,
    })
    .refine(({ id, level }) => id.startsWith(`${prefix}-${level}-`), {
      path: ['id'],
      error: 'must name the level that the question has',
      when: ({ issues }) =>
        issues.every(({ path: [field] = [] }) => field !== undefined && field !== 'id' && field !== 'level'),
    })
    .transform(
      ({ id, level, question, options, answer, explanation, reference }): BankQuestion => ({
        id,
        level,
        topic,
        text: question,
        options,
        correctIndex: INDEX_OF_LETTER[answer],
        explanation,
        reference,
      }),
    );
}
