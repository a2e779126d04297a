import type { BankQuestion } from '../src/index.ts';

/** A question with which no check finds fault, but for what `differences` change. */
export function sampleQuestion(differences: Partial<BankQuestion> = {}): BankQuestion {
  return {
    id: 'streaming-2-001',
    level: 2,
    topic: 'streaming',
    text: 'A consumer commits its offset before it has stored the message. What can a crash lead to?',
    options: [
      'A message stored twice',
      'A message that is lost',
      'A broker that is full',
      'A group without lag',
    ],
    correctIndex: 1,
    explanation:
      'After the restart it goes on behind the message. Nothing is stored twice, since nothing is read twice.',
    reference: 'Apache Kafka 3.x documentation, "Message Delivery Semantics"',
    ...differences,
  };
}
