import type { StoredQuestion } from '@rung/db';
import type { BankQuestion } from '@rung/questions';

/** A stored question as the bank has questions. The database sees to it that there are four options and a key. */
export function toBankQuestion(stored: StoredQuestion): BankQuestion {
  const { id, level, topic, text, explanation } = stored;
  const [a = '', b = '', c = '', d = ''] = stored.options;
  const correctIndex = stored.correctIndex as BankQuestion['correctIndex'];
  const reference = stored.reference ?? '';
  return { id, level, topic, text, options: [a, b, c, d], correctIndex, explanation, reference };
}

/** A stored question with the names of the table's columns: what an export prints and an import takes. */
export function toRow(stored: StoredQuestion) {
  return {
    id: stored.id,
    version: stored.version,
    question_text: stored.text,
    options: stored.options,
    correct_index: stored.correctIndex,
    explanation: stored.explanation,
    reference: stored.reference,
    level: stored.level,
    topic: stored.topic,
    difficulty_index: stored.difficultyIndex,
    difficulty: stored.difficulty,
    source: stored.source,
    status: stored.status,
    content_hash: stored.contentHash,
    random_key: stored.randomKey,
    reviewed_at: stored.reviewedAt,
    created_at: stored.createdAt,
    updated_at: stored.updatedAt,
  };
}

/** A question's letters, in the order of its options. */
export const LETTERS: readonly string[] = ['A', 'B', 'C', 'D'];
