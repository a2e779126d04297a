import { TOPICS } from '@rung/domain';
import type { BankQuestion } from './bankQuestion.ts';
import { bankFigures } from './checks/figures.ts';
import { faultsOf, type TextLimits } from './checks/question.ts';
import { similarPairs } from './checks/similarity.ts';

/** What a bank must keep to. */
export interface BankLimits extends TextLimits {
  /** Fewest questions for a level of a topic. */
  readonly minimumPerCell: number;
  /** Largest chi-square of the keys' positions against an even spread. */
  readonly positionsChiSquare: number;
  /** Per level, the share (0-1) of questions whose key is the longest option. */
  readonly keyLongest: { readonly min: number; readonly max: number };
  /** A key is far longer from this ratio to the mean of its distractors … */
  readonly keyLengthRatio: number;
  /** … and that may be so in this share (0-1) of a level's questions. */
  readonly keyFarLonger: number;
  /** From this trigram similarity (0-1) two questions ask the same. */
  readonly similarity: number;
}

export const bankLimits: BankLimits = {
  questionLength: 600,
  optionLength: 160,
  explanationLength: 700,
  messageLength: 4096,
  framingLength: 800,
  explanationSentences: { min: 2, max: 3 },
  minimumPerCell: 10,
  // The 95 % point for three degrees of freedom.
  positionsChiSquare: 7.815,
  keyLongest: { min: 0.2, max: 0.32 },
  keyLengthRatio: 1.6,
  keyFarLonger: 0.05,
  similarity: 0.5,
};

/** Something about the bank that should be otherwise. `ids`: the questions concerned, none for whole cells. */
export interface Finding {
  readonly check: 'cells' | 'question' | 'positions' | 'key-length' | 'similarity';
  readonly ids: readonly string[];
  readonly message: string;
}

/** Every finding of the mechanical checks over a whole bank; empty for a bank in order. */
export function checkBank(questions: readonly BankQuestion[], limits: BankLimits = bankLimits): Finding[] {
  return [
    ...checkFigures(questions, limits),
    ...questions.flatMap((question) =>
      faultsOf(question, limits).map(
        ({ message }): Finding => ({ check: 'question', ids: [question.id], message }),
      ),
    ),
    ...similarPairs(questions, ({ text }) => text, limits.similarity).map(
      ({ one, other, similarity }): Finding => ({
        check: 'similarity',
        ids: [one.id, other.id],
        message: `their texts are ${similarity.toFixed(2)} alike, under ${limits.similarity} is allowed`,
      }),
    ),
  ];
}

function checkFigures(questions: readonly BankQuestion[], limits: BankLimits): Finding[] {
  const { cells, positions, positionsChiSquare, keyLengths } = bankFigures(questions, limits.keyLengthRatio);
  const findings: Finding[] = [];
  const find = (check: Finding['check'], message: string) => findings.push({ check, ids: [], message });

  for (const topic of TOPICS) {
    for (const level of [1, 2, 3, 4] as const) {
      const count = cells[topic][level];
      if (count < limits.minimumPerCell) {
        find('cells', `${topic} level ${level} has ${count} questions, ${limits.minimumPerCell} are needed`);
      }
    }
  }
  if (positionsChiSquare > limits.positionsChiSquare) {
    find('positions', `keys at A-D are ${positions.join(', ')}: chi-square ${positionsChiSquare.toFixed(2)}`);
  }
  const { min, max } = limits.keyLongest;
  for (const level of [1, 2, 3, 4] as const) {
    const { longest, farLonger } = keyLengths[level];
    if (longest < min || longest > max) {
      find(
        'key-length',
        `level ${level}: the key is the longest in ${percent(longest)}, not in ${percent(min)}-${percent(max)}`,
      );
    }
    if (farLonger > limits.keyFarLonger) {
      find(
        'key-length',
        `level ${level}: the key is far longer in ${percent(farLonger)}, at most ${percent(limits.keyFarLonger)} may be`,
      );
    }
  }
  return findings;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
