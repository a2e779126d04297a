import type { Level, Topic } from '@rung/domain';

/** A question as its author wrote it. Texts may mark code with backticks. */
export interface BankQuestion {
  /** Topic with dashes, level, number: `sql-performance-2-007`. Never given to another question. */
  readonly id: string;
  readonly level: Level;
  readonly topic: Topic;
  readonly text: string;
  /** In the author's order, A to D. */
  readonly options: readonly [string, string, string, string];
  /** Position (0-3) of the right one in `options`. */
  readonly correctIndex: 0 | 1 | 2 | 3;
  /** Why the key is right, in two or three sentences. */
  readonly explanation: string;
  /** Documentation page or standard by name. */
  readonly reference: string;
}
