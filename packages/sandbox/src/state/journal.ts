import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { type JournalRecord, journalRecord } from './journalRecord.ts';

const COMPACT_ABOVE_BYTES = 32 * 1024 * 1024;

/**
 * An append-only file of what happened, one JSON record a line. Every record is written before the caller goes on, so
 * that even a killed sandbox never gives out an id twice.
 */
export class Journal {
  readonly #path: string;
  readonly #snapshot: () => Iterable<JournalRecord>;
  #file: number | undefined;
  #bytes = 0;
  #compactAbove = COMPACT_ABOVE_BYTES;

  private constructor(path: string, snapshot: () => Iterable<JournalRecord>) {
    this.#path = path;
    this.#snapshot = snapshot;
  }

  /**
   * Replays the file at `path` (if there is one) through `replay` and opens it for appending.
   *
   * @param snapshot gives the records that stand for the whole present state; the file is rewritten from them when
   *   it is opened and whenever it has grown far beyond them.
   */
  static open(
    path: string,
    replay: (record: JournalRecord) => void,
    snapshot: () => Iterable<JournalRecord>,
  ): Journal {
    mkdirSync(dirname(path), { recursive: true });
    if (existsSync(path)) readRecords(path, replay);
    const journal = new Journal(path, snapshot);
    journal.#compact();
    return journal;
  }

  append(record: JournalRecord): void {
    if (this.#file === undefined) return;
    this.#bytes += writeSync(this.#file, `${JSON.stringify(record)}\n`);
    if (this.#bytes > this.#compactAbove) this.#compact();
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #compact(): void {
    this.close();
    const next = `${this.#path}.next`;
    writeFileSync(next, '');
    const file = openSync(next, 'a');
    this.#bytes = 0;
    for (const record of this.#snapshot()) this.#bytes += writeSync(file, `${JSON.stringify(record)}\n`);
    renameSync(next, this.#path);
    this.#file = file;
    this.#compactAbove = Math.max(COMPACT_ABOVE_BYTES, this.#bytes * 2);
  }
}

/** The last line may have been cut short by a kill; any other broken line is an error worth stopping for. */
function readRecords(path: string, replay: (record: JournalRecord) => void): void {
  const lines = readFileSync(path, 'utf8').split('\n');
  const unfinished = lines.pop();
  for (const line of lines) replay(journalRecord.parse(JSON.parse(line)));
  if (unfinished) process.emitWarning(`The last record of ${path} was cut short and is left out`);
}
