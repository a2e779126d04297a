import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** Answers of real learners as columns, in the order of time. Learners and items are numbers from a `Numbering`. */
export interface AnswerLog {
  readonly learners: Uint32Array;
  readonly items: Uint32Array;
  /** 1 for a correct answer, 0 for an incorrect one. */
  readonly correct: Uint8Array;
}

/** Gives every id a number, counted from 0 in the order in which they come. */
export class Numbering {
  readonly #numbers = new Map<string, number>();

  get size(): number {
    return this.#numbers.size;
  }

  numberOf(id: string): number {
    const known = this.#numbers.get(id);
    if (known !== undefined) return known;
    this.#numbers.set(id, this.#numbers.size);
    return this.#numbers.size - 1;
  }
}

/** A file that is not a log of answers; the message names file and lines. */
export class LogError extends Error {}

const COLUMNS = ['user_id', 'item_id', 'correct', 'timestamp'] as const;
const FAULTS_SHOWN = 10;

/**
 * Reads a tab-separated log as a stream. Its header names at least user_id, item_id, correct (0 or 1) and timestamp (a
 * number, or a date that `Date.parse` knows), in any order. Rows of the same timestamp stay in the order of the file.
 * Throws LogError with the lines that are faulty, or when there is no answer at all.
 */
export async function readAnswerLog(
  path: string,
  ids: { readonly learners: Numbering; readonly items: Numbering },
): Promise<AnswerLog> {
  const rows: Row[] = [];
  const faults: string[] = [];
  let faultCount = 0;
  let lineNumber = 0;
  let places: Places | undefined;
  try {
    for await (const line of createInterface({
      input: createReadStream(path),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      lineNumber++;
      if (places === undefined) {
        places = readHeader(line, path);
        continue;
      }
      if (line.trim() === '') continue;
      const row = readRow(line.split('\t'), places);
      if (typeof row !== 'string') {
        rows.push({
          learner: ids.learners.numberOf(row.user),
          item: ids.items.numberOf(row.item),
          correct: row.correct,
          time: row.time,
        });
      } else if (++faultCount <= FAULTS_SHOWN) {
        faults.push(`${path}:${lineNumber}: ${row}`);
      }
    }
  } catch (error) {
    if (error instanceof LogError) throw error;
    throw new LogError(`${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  if (faultCount > FAULTS_SHOWN) faults.push(`${path}: ${faultCount - FAULTS_SHOWN} more lines are faulty`);
  if (faultCount > 0) throw new LogError(faults.join('\n'));
  if (rows.length === 0) throw new LogError(`${path}: there are no answers`);

  rows.sort((a, b) => a.time - b.time);
  return {
    learners: Uint32Array.from(rows, ({ learner }) => learner),
    items: Uint32Array.from(rows, ({ item }) => item),
    correct: Uint8Array.from(rows, ({ correct }) => correct),
  };
}

interface Row {
  readonly learner: number;
  readonly item: number;
  readonly correct: 0 | 1;
  readonly time: number;
}

type Places = Readonly<Record<(typeof COLUMNS)[number], number>>;

function readHeader(line: string, path: string): Places {
  const names = line
    .replace(/^\uFEFF/, '')
    .split('\t')
    .map((name) => name.trim());
  const missing = COLUMNS.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new LogError(`${path}:1: the header lacks ${missing.join(', ')} (names are separated by tabs)`);
  }
  const [user_id, item_id, correct, timestamp] = COLUMNS.map((name) => names.indexOf(name));
  return { user_id: user_id ?? 0, item_id: item_id ?? 0, correct: correct ?? 0, timestamp: timestamp ?? 0 };
}

/** A row, or what is wrong with it. */
function readRow(
  cells: readonly string[],
  places: Places,
): { user: string; item: string; correct: 0 | 1; time: number } | string {
  const at = (name: (typeof COLUMNS)[number]) => cells[places[name]]?.trim() ?? '';
  const user = at('user_id');
  const item = at('item_id');
  if (user === '') return 'user_id is missing';
  if (item === '') return 'item_id is missing';
  const correct = at('correct') === '' ? Number.NaN : Number(at('correct'));
  if (correct !== 0 && correct !== 1) return `correct is "${at('correct')}", not 0 or 1`;
  const time = readTime(at('timestamp'));
  return Number.isNaN(time)
    ? `timestamp is "${at('timestamp')}", no number or date`
    : { user, item, correct, time };
}

function readTime(text: string): number {
  if (text === '') return Number.NaN;
  const number = Number(text);
  return Number.isFinite(number) ? number : Date.parse(text);
}
