import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { BankQuestion } from './bankQuestion.ts';
import { entrySchema, fileSchema } from './schema.ts';

/** One thing wrong in a file of the bank. Lines count from 1. */
export interface BankFault {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** What a file of the bank holds: the entries that are right, and the faults of the others. */
export interface BankFile {
  readonly entries: readonly {
    readonly question: BankQuestion;
    readonly file: string;
    readonly line: number;
  }[];
  readonly faults: readonly BankFault[];
}

type Path = readonly PropertyKey[];

/** Parses the text of the file `<topic>.yaml`. `file` is its name, for the faults. */
export function parseBankFile(file: string, text: string): BankFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const lineOf = (path: Path) => lineAt(offsetOf(document, path));

  if (document.errors.length > 0) {
    const faults = document.errors.map(({ pos, message }) => {
      const [summary = message] = message.split('\n');
      return { file, line: lineAt(pos[0]), message: summary };
    });
    return { entries: [], faults };
  }
  const faultsAt = (error: z.ZodError, base: Path): BankFault[] =>
    error.issues.map((issue) => {
      const path = [...base, ...issue.path];
      const where = issue.path.length > 0 ? `${issue.path.join('.')} ` : '';
      return { file, line: lineOf(path), message: `${where}${issue.message}` };
    });

  const top = fileSchema.safeParse(document.toJS());
  if (!top.success) return { entries: [], faults: faultsAt(top.error, []) };

  const { topic, questions } = top.data;
  const faults: BankFault[] = [];
  if (file !== `${topic}.yaml`) {
    faults.push({ file, line: lineOf(['topic']), message: `topic ${topic} belongs in ${topic}.yaml` });
  }
  const schema = entrySchema(topic);
  const entries = questions.flatMap((raw, index) => {
    const base = ['questions', index];
    const entry = schema.safeParse(raw);
    if (entry.success) return [{ question: entry.data, file, line: lineOf(base) }];
    faults.push(...faultsAt(entry.error, base));
    return [];
  });
  return { entries, faults };
}

/** Where the value at `path` begins, or the nearest thing around it when it is missing. */
function offsetOf(document: Document, path: Path): number {
  const node = document.getIn(path, true);
  if (isNode(node) && node.range) return node.range[0];
  return path.length === 0 ? 0 : offsetOf(document, path.slice(0, -1));
}
