import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

/** What models are told: fixed texts, in which nothing is ever filled in. */
export interface Prompts {
  /**
   * The file's number and the beginning of its SHA-256, like `1-3fa9c2d1`: what is stored under a version was written
   * with exactly this text, even if somebody changes the file and forgets the number.
   */
  readonly version: string;
  /** For the model that writes a question. */
  readonly write: string;
  /** For the model that answers it blind. */
  readonly answer: string;
}

/** The prompts of this package: the same file seen from `src` and from `dist`. */
const promptFile = fileURLToPath(new URL('../../prompts/generation.yaml', import.meta.url));

const text = z.string().trim().min(1);
const schema = z.strictObject({ version: z.int().positive(), write: text, answer: text });

/** Reads the prompts of this package. Errors are the file system's, YAML's and zod's. */
export async function readPrompts(): Promise<Prompts> {
  const content = await readFile(promptFile, 'utf8');
  const { version, write, answer } = schema.parse(parse(content));
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 8);
  return { version: `${version}-${hash}`, write, answer };
}
