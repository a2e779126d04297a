import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BankFault, parseBankFile } from './bankFile.ts';
import type { BankQuestion } from './bankQuestion.ts';

/** The bank of this package: the same folder seen from `src` and from `dist`. */
const bankDirectory = fileURLToPath(new URL('../bank/', import.meta.url));

/** The files of a bank are not usable. Carries every fault of every file. */
export class BankError extends Error {
  readonly faults: readonly BankFault[];

  constructor(faults: readonly BankFault[]) {
    super(
      ['The bank has faults:', ...faults.map(({ file, line, message }) => `${file}:${line} ${message}`)].join(
        '\n',
      ),
    );
    this.name = 'BankError';
    this.faults = faults;
  }
}

/**
 * Reads every `.yaml` file of a folder, the package's own bank unless another is named: questions by file name, then
 * as they stand in the file. Throws BankError with every fault; other errors are the file system's.
 */
export async function readBank(directory: string = bankDirectory): Promise<BankQuestion[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.yaml')).sort();
  const files = await Promise.all(
    names.map(async (name) => parseBankFile(name, await readFile(join(directory, name), 'utf8'))),
  );
  const faults = files.flatMap((file) => file.faults);
  const entries = files.flatMap((file) => file.entries);

  const firsts = new Map<string, string>();
  for (const { question, file, line } of entries) {
    const first = firsts.get(question.id);
    if (first === undefined) firsts.set(question.id, `${file}:${line}`);
    else faults.push({ file, line, message: `id ${question.id} is taken by ${first}` });
  }
  if (faults.length > 0) throw new BankError(faults);
  return entries.map(({ question }) => question);
}
