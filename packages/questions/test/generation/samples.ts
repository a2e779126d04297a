import type { z } from 'zod';
import type { writtenSchema } from '../../src/generation/written.ts';
import type { OutputAttempt } from './injection/outputs.ts';

/** A question in the form in which models write it. */
export type Written = z.output<typeof writtenSchema>;

/** A question with which no check finds fault, but for what `differences` change. */
export function sampleWritten(differences: Partial<Written> = {}): Written {
  return {
    topic: 'streaming',
    level: 2,
    question: 'A consumer commits its offset before it has stored the message. What can a crash lead to?',
    options: {
      A: 'A message stored twice',
      B: 'A message that is lost',
      C: 'A broker that is full',
      D: 'A group without lag',
    },
    answer: 'B',
    explanation:
      'After the restart it goes on behind the message. Nothing is stored twice, since nothing is read twice.',
    reference: 'Apache Kafka 3.x documentation, "Message Delivery Semantics"',
    ...differences,
  };
}

/** The difference that puts `text` into a field; of the options it is the third. */
export function inField(field: OutputAttempt['field'], text: string): Partial<Written> {
  return field === 'option' ? { options: { ...sampleWritten().options, C: text } } : { [field]: text };
}
