import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { buffer } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import type { Database } from '@rung/db';
import type { Producer } from '@rung/jobs';

/** What every command of the operator works with. */
export interface Ops {
  readonly db: Database;
  readonly producer: Producer;
  readonly print: (line: string) => void;
}

/** The words of the command are off; the message says how. */
export class UsageError extends Error {}

/** Reads options that each take a value, and `flags` that take none; throws UsageError for anything else. */
export function readOptions(
  args: string[],
  names: readonly string[],
  flags: readonly string[] = [],
): { options: Readonly<Record<string, string | undefined>>; flags: ReadonlySet<string>; words: string[] } {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: Object.fromEntries([
        ...names.map((name) => [name, { type: 'string' as const }]),
        ...flags.map((name) => [name, { type: 'boolean' as const }]),
      ]),
    });
    const given = Object.entries(values);
    return {
      options: Object.fromEntries(
        given.map(([name, value]) => [name, typeof value === 'string' ? value : undefined]),
      ),
      flags: new Set(given.filter(([, value]) => value === true).map(([name]) => name)),
      words: positionals,
    };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** A whole number of at least 1; throws UsageError. */
export function readCount(text: string | undefined, otherwise: number): number {
  const count = text === undefined ? otherwise : Number(text);
  if (!Number.isInteger(count) || count < 1) throw new UsageError(`not a number of at least 1: ${text}`);
  return count;
}

const LARGEST_ID = 2n ** 63n - 1n;

/** The id of a learner or row; throws UsageError. */
export function readId(text: string | undefined, what: string): string {
  if (text === undefined || !/^[1-9]\d{0,18}$/.test(text) || BigInt(text) > LARGEST_ID)
    throw new UsageError(`${what}: not an id: ${text ?? 'missing'}`);
  return text;
}

/**
 * The text of a file, or of standard input for `-`, without a byte order mark; throws UsageError when it cannot be read
 * or is not in UTF-8.
 */
export async function readInput(file: string): Promise<string> {
  try {
    const bytes = file === '-' ? await buffer(process.stdin) : await readFile(file);
    if (!isUtf8(bytes)) throw new Error(`${file} is not a text in UTF-8`);
    return new TextDecoder().decode(bytes);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Who is at the keyboard, for the audit log. */
export function actor(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as an id that has no entry.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** Lines of a table with aligned columns. */
export function table(head: readonly string[], rows: readonly (readonly unknown[])[]): string[] {
  const cells = [head, ...rows.map((row) => row.map((cell) => String(cell ?? '–')))];
  const widths = head.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  return cells.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
