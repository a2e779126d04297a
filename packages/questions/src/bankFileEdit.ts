import { isMap, isSeq, parseDocument, Scalar, stringify } from 'yaml';
import { parseBankFile } from './bankFile.ts';
import type { BankQuestion } from './bankQuestion.ts';
import { contentHash } from './contentHash.ts';

/** Columns of a line in a file of the bank. */
const LINE_WIDTH = 114;

/** A question as an entry of its file, with the dash and the indentation that it has there; ends with a newline. */
export function formatEntry(question: BankQuestion): string {
  const { id, level, text, options, correctIndex, explanation, reference } = question;
  const answer = 'ABCD'[correctIndex];
  const entry = {
    id,
    level,
    question: folded(text),
    options,
    answer,
    explanation: folded(explanation),
    reference,
  };
  return stringify({ questions: [entry] }, { lineWidth: LINE_WIDTH, singleQuote: false })
    .split('\n')
    .slice(1)
    .join('\n');
}

/**
 * The text of a file of the bank with one question in the place of the entry that has its id, or at the end when there
 * is none; all else stays as it is, letter for letter. Throws when the result would not say what the question says.
 */
export function putEntry(file: string, text: string, question: BankQuestion): string {
  const place = placeOf(text, question.id);
  const changed = `${text.slice(0, place.start)}${formatEntry(question)}${text.slice(place.end)}`;
  const { entries, faults } = parseBankFile(file, changed);
  const found = entries.find((entry) => entry.question.id === question.id);
  if (faults.length > 0 || found === undefined || contentHash(found.question) !== contentHash(question)) {
    throw new Error(
      `${file}: ${question.id} cannot be written there: ${faults[0]?.message ?? 'it reads otherwise'}`,
    );
  }
  return changed;
}

/** From the line of the entry's dash to the end of its last line. */
function placeOf(text: string, id: string): { start: number; end: number } {
  const questions = parseDocument(text).get('questions');
  const items = isSeq(questions) ? questions.items : [];
  const item = items.find((one) => isMap(one) && one.get('id') === id);
  if (!isMap(item) || !item.range) return { start: text.length, end: text.length };
  const [from, to] = item.range;
  const start = text.lastIndexOf('\n', from) + 1;
  const lastLine = text.slice(0, to).trimEnd().length;
  const newline = text.indexOf('\n', lastLine);
  return { start, end: newline === -1 ? text.length : newline + 1 };
}

function folded(text: string): Scalar {
  const scalar = new Scalar(text);
  scalar.type = Scalar.BLOCK_FOLDED;
  return scalar;
}
