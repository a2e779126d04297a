import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Erasure } from '@rung/db';
import { z } from 'zod';

/** Beside the backups: one JSON object a line, hashes only. */
const LEDGER = 'erasures.jsonl';

const entry = z.object({
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  erasedAt: z.iso.datetime(),
  saltId: z.string(),
});

/**
 * The ledger of a folder of backups, in its order; empty when there is none. A last line without an end was cut off
 * while it was written, and is left out. Throws when any other cannot be read: it may stand for somebody.
 */
export async function readLedger(folder: string): Promise<Erasure[]> {
  const lines = (await textOf(folder)).split('\n');
  return lines.slice(0, -1).map((line, index) => {
    const parsed = entry.safeParse(parse(line));
    if (!parsed.success) throw new Error(`line ${index + 1} of ${join(folder, LEDGER)} is no erasure`);
    return parsed.data;
  });
}

/** Appends those of `erasures` that are not there yet, durably and in one piece; returns how many these were. */
export async function appendToLedger(folder: string, erasures: readonly Erasure[]): Promise<number> {
  const known = new Set((await readLedger(folder)).map(keyOf));
  const missing = erasures.filter((erasure) => !known.has(keyOf(erasure)));
  if (missing.length === 0) return 0;
  const text = await textOf(folder);
  const file = await open(join(folder, LEDGER), 'a', 0o600);
  try {
    // Nothing of an entry that was cut off counts, and the next one has a line of its own.
    if (!text.endsWith('\n') && text !== '')
      await file.truncate(Buffer.byteLength(text.slice(0, text.lastIndexOf('\n') + 1)));
    await file.appendFile(missing.map((erasure) => `${JSON.stringify(erasure)}\n`).join(''));
    await file.sync();
  } finally {
    await file.close();
  }
  return missing.length;
}

async function textOf(folder: string): Promise<string> {
  return readFile(join(folder, LEDGER), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function keyOf({ hash, erasedAt }: Erasure): string {
  return `${hash} ${erasedAt}`;
}
