import { TOPICS, type Topic } from '@rung/domain';
import { z } from 'zod';
import type { BankQuestion } from './bankQuestion.ts';
import { repeatedOptions } from './checks/question.ts';

const INDEX_OF_LETTER = { A: 0, B: 1, C: 2, D: 3 } as const;

/** Text that says something; `otherwise` is what to do about a value that is no text. */
function wordsOr(otherwise: string) {
  return z
    .string({ error: ({ input }) => (input === undefined ? 'is missing' : `must be text${otherwise}`) })
    .trim()
    .min(1, 'must not be empty')
    .refine(
      (value) => value.isWellFormed() && !value.includes('\u0000'),
      'has characters that cannot be stored (NUL, or half of a pair)',
    );
}

const words = wordsOr(': put it in quotes if YAML reads it as something else');
const plainWords = wordsOr('');

const fourOf = (option: typeof words) =>
  z
    .tuple([option, option, option, option], 'must be four options')
    .refine((four) => repeatedOptions(four).length === 0, 'must differ from each other');
const level = z.literal([1, 2, 3, 4], 'must be 1, 2, 3 or 4');
const topic = z.enum(TOPICS, `must be one of ${TOPICS.join(', ')}`);

/** The top of a file of the bank. Its questions are parsed one by one. */
export const fileSchema = z.strictObject({
  topic,
  questions: z.array(z.unknown(), 'must be a list of questions'),
});

/** Parses one entry of `questions` in the file of `topic`. */
export function entrySchema(topic: Topic) {
  const prefix = prefixOf(topic);
  return z
    .strictObject({
      id: words.regex(new RegExp(`^${prefix}-[1-4]-\\d{3}$`), `must be ${prefix}-<level>-<three digits>`),
      level,
      question: words,
      options: fourOf(words),
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

/** Parses one question as the table `questions` has it. What only the database decides may be there, and is left out. */
export const rowSchema = z
  .strictObject({
    id: plainWords,
    question_text: plainWords,
    options: fourOf(plainWords),
    correct_index: z.literal([0, 1, 2, 3], 'must be 0, 1, 2 or 3'),
    explanation: plainWords,
    reference: plainWords,
    level,
    topic,
    difficulty_index: z
      .int('must be a whole number')
      .min(1, 'must be 1 to 10')
      .max(10, 'must be 1 to 10')
      .optional(),
    source: plainWords.default('static'),
    status: z
      .enum(['active', 'quarantined', 'retired'], 'must be active, quarantined or retired')
      .default('active'),
    version: z.unknown().optional(),
    difficulty: z.unknown().optional(),
    content_hash: z.unknown().optional(),
    random_key: z.unknown().optional(),
    reviewed_at: z.unknown().optional(),
    created_at: z.unknown().optional(),
    updated_at: z.unknown().optional(),
  })
  .superRefine(({ id, level, topic, source }, { addIssue }) => {
    const prefix = prefixOf(topic);
    const ofBank = new RegExp(`^${prefix}-${level}-\\d{3}$`).test(id);
    if (source === 'static' && !ofBank) {
      addIssue({ code: 'custom', path: ['id'], message: `must be ${prefix}-${level}-<three digits>` });
    }
    if (source !== 'static' && !/^generated-[0-9a-f-]{36}$/.test(id)) {
      addIssue({
        code: 'custom',
        path: ['id'],
        message: 'must be generated-<uuid>, as its source is a model',
      });
    }
  });

function prefixOf(topic: Topic): string {
  return topic.replaceAll('_', '-');
}
