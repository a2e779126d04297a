import { createHash } from 'node:crypto';
import type { BankQuestion } from './bankQuestion.ts';

/**
 * SHA-256, in hexadecimal, of everything in a question but its id. Two questions have the same exactly when they
 * have the same content, on every machine and in every release.
 */
export function contentHash(question: Omit<BankQuestion, 'id'>): string {
  const { level, topic, text, options, correctIndex, explanation, reference } = question;
  const content = JSON.stringify([level, topic, text, options, correctIndex, explanation, reference]);
  return createHash('sha256').update(content).digest('hex');
}
