import { difficultyIndexOfLevel } from '@rung/domain';
import { faultsOf } from './checks/question.ts';
import { similarityOf, trigramsOf } from './checks/similarity.ts';
import type { BankLimits } from './checks.ts';
import { contentHash } from './contentHash.ts';
import type { LoadableQuestion } from './loader.ts';
import { rowSchema } from './schema.ts';

/** A question as the table `questions` has it, ready to be stored. */
export interface QuestionRow extends LoadableQuestion {
  /** `static` for the bank, else the model that wrote it. */
  readonly source: string;
  readonly status: 'active' | 'quarantined' | 'retired';
}

/** One thing wrong in a line. Lines count from 1. */
export interface RowFault {
  readonly line: number;
  readonly message: string;
}

/** A question that is stored already, for comparison. */
export interface StoredText {
  readonly id: string;
  readonly text: string;
  readonly status: QuestionRow['status'];
}

type Line = { readonly line: number; readonly row: QuestionRow };

/**
 * Parses lines of JSON, each a question with the fields of the table, and checks them as questions of the bank are:
 * schema, lengths, options, explanation, ids used once, and no text that is alike another's in the lines or in
 * `stored`, unless that is retired: a question that changes its level or topic gets a new id. Empty lines are skipped. The rows are good for use only when there are no faults.
 */
export function parseRows(
  text: string,
  stored: readonly StoredText[],
  limits: BankLimits,
): { rows: QuestionRow[]; faults: RowFault[] } {
  const faults: RowFault[] = [];
  const lines: Line[] = [];
  const firsts = new Map<string, number>();
  for (const [index, json] of text.split('\n').entries()) {
    if (json.trim() === '') continue;
    const line = index + 1;
    const parsed = parseRow(json, limits);
    faults.push(...parsed.faults.map((message) => ({ line, message })));
    if (parsed.row === null) continue;
    const first = firsts.get(parsed.row.id);
    if (first === undefined) firsts.set(parsed.row.id, line);
    else faults.push({ line, message: `id ${parsed.row.id} is taken by line ${first}` });
    lines.push({ line, row: parsed.row });
  }
  faults.push(...findAlike(lines, stored, limits.similarity));
  return { rows: lines.map(({ row }) => row), faults: faults.sort((a, b) => a.line - b.line) };
}

function parseRow(json: string, limits: BankLimits): { row: QuestionRow | null; faults: string[] } {
  let raw: unknown;
  try {
    raw = JSON.parse(json);
  } catch {
    return { row: null, faults: ['is not JSON'] };
  }
  const parsed = rowSchema.safeParse(raw);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => [path.join('.'), message].join(' ').trim());
    return { row: null, faults };
  }
  const { data } = parsed;
  const content = {
    level: data.level,
    topic: data.topic,
    text: data.question_text,
    options: data.options,
    correctIndex: data.correct_index,
    explanation: data.explanation,
    reference: data.reference,
  };
  const row: QuestionRow = {
    id: data.id,
    ...content,
    difficultyIndex: data.difficulty_index ?? difficultyIndexOfLevel(data.level),
    contentHash: contentHash(content),
    source: data.source,
    status: data.status,
  };
  return { row, faults: faultsOf(row, limits).map(({ message }) => message) };
}

/** Lines that are new, or say something else than what is stored under their id, and are alike another text. */
function findAlike(lines: readonly Line[], stored: readonly StoredText[], threshold: number): RowFault[] {
  const before = new Map(stored.map(({ id, text }) => [id, text]));
  const statuses = new Map(stored.map(({ id, status }) => [id, status]));
  const ids = new Set(lines.map(({ row }) => row.id));
  const texts = [
    ...lines.map(({ line, row: { id, text, status } }) => ({
      id,
      text,
      // One that is there keeps its own.
      status: statuses.get(id) ?? status,
      line,
    })),
    ...stored
      .filter(({ id }) => !ids.has(id))
      .map(({ id, text, status }) => ({ id, text, status, line: null })),
  ]
    .filter(({ status }) => status !== 'retired')
    .map((one) => ({ ...one, trigrams: trigramsOf(one.text) }));
  return texts.flatMap((one, index) => {
    if (one.line === null || before.get(one.id) === one.text) return [];
    const { line, id, trigrams } = one;
    return texts.flatMap((other, place) => {
      const reported = place > index && other.line !== null && before.get(other.id) !== other.text;
      if (other.id === id || reported) return [];
      const similarity = similarityOf(trigrams, other.trigrams);
      if (similarity < threshold) return [];
      const where = other.line === null ? other.id : `${other.id} in line ${other.line}`;
      return [{ line, message: `its text is ${similarity.toFixed(2)} alike that of ${where}` }];
    });
  });
}
