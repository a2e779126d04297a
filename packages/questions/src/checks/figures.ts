import { type Level, TOPICS, type Topic } from '@rung/domain';
import type { BankQuestion } from '../bankQuestion.ts';
import { keyAndDistractors } from './question.ts';

/** How one level's keys compare in length with their distractors. Shares are 0-1; 0 when it has no questions. */
export interface KeyLengths {
  /** Share of questions whose key is longer than every distractor. */
  readonly longest: number;
  /** Share of questions whose key is longer than `keyLengthRatio` times the mean of its distractors. */
  readonly farLonger: number;
}

/** A bank in numbers. */
export interface BankFigures {
  readonly total: number;
  /** Number of questions per topic and level. */
  readonly cells: Readonly<Record<Topic, Readonly<Record<Level, number>>>>;
  /** How often the key stands at A, B, C and D. */
  readonly positions: readonly [number, number, number, number];
  /** Pearson's chi-square of `positions` against an even spread, three degrees of freedom. */
  readonly positionsChiSquare: number;
  readonly keyLengths: Readonly<Record<Level, KeyLengths>>;
}

/** Counts a bank. `keyLengthRatio`: from which ratio to the mean distractor a key is far longer. */
export function bankFigures(questions: readonly BankQuestion[], keyLengthRatio: number): BankFigures {
  const positions = countPositions(questions);
  return {
    total: questions.length,
    cells: countCells(questions),
    positions,
    positionsChiSquare: chiSquareOfEven(positions),
    keyLengths: perLevel((level) =>
      keyLengthsOf(
        questions.filter((question) => question.level === level),
        keyLengthRatio,
      ),
    ),
  };
}

/** Pearson's chi-square of counts against an even spread; 0 for no counts at all. */
function chiSquareOfEven(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return expected === 0 ? 0 : counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

function countCells(questions: readonly BankQuestion[]): Record<Topic, Record<Level, number>> {
  const cells = Object.fromEntries(TOPICS.map((topic) => [topic, perLevel(() => 0)])) as Record<
    Topic,
    Record<Level, number>
  >;
  for (const { topic, level } of questions) cells[topic][level]++;
  return cells;
}

function countPositions(questions: readonly BankQuestion[]): [number, number, number, number] {
  const positions: [number, number, number, number] = [0, 0, 0, 0];
  for (const { correctIndex } of questions) positions[correctIndex]++;
  return positions;
}

function keyLengthsOf(questions: readonly BankQuestion[], ratio: number): KeyLengths {
  const lengths = questions.map((question) => {
    const { key, distractors } = keyAndDistractors(question);
    return { key: key.length, others: distractors.map((option) => option.length) };
  });
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    longest: share(lengths, ({ key, others }) => key > Math.max(...others)),
    farLonger: share(lengths, ({ key, others }) => key > ratio * mean(others)),
  };
}

function share<T>(items: readonly T[], counts: (item: T) => boolean): number {
  return items.length === 0 ? 0 : items.filter(counts).length / items.length;
}

function perLevel<T>(of: (level: Level) => T): Record<Level, T> {
  return { 1: of(1), 2: of(2), 3: of(3), 4: of(4) };
}
