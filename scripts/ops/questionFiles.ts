import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeQuestionAdminStore, type StoredQuestion } from '@rung/db';
import { bankLimits, formatEntry, parseRows, putEntry } from '@rung/questions';
import { actor, type Ops, readInput, readOptions, UsageError } from './ops.ts';
import { toBankQuestion, toRow } from './storedQuestion.ts';

/** `ops questions export [--format jsonl|yaml] [--fixed] [--into DIR]`: to the screen, or into the bank's files. */
export async function exportQuestions(ops: Ops, args: string[]): Promise<void> {
  const { options, flags, words } = readOptions(args, ['format', 'into'], ['fixed']);
  if (words.length > 0) throw new UsageError(`questions export: not an option: ${words[0]}`);
  const all = await makeQuestionAdminStore(ops.db).all();
  const chosen = flags.has('fixed') ? all.filter(({ reviewedAt }) => reviewedAt !== null) : all;
  if (options.into !== undefined) {
    if (!flags.has('fixed')) throw new UsageError('questions export: --into goes with --fixed');
    return bringBack(ops, chosen, options.into);
  }
  switch (options.format ?? 'jsonl') {
    case 'jsonl':
      for (const question of chosen) ops.print(JSON.stringify(toRow(question)));
      return;
    case 'yaml':
      return printFiles(ops, chosen);
    default:
      throw new UsageError(`questions export: the format is jsonl or yaml, not ${options.format}`);
  }
}

/** What the bank holds of `questions`, as its files have it: one document for each topic. */
function printFiles({ print }: Ops, questions: readonly StoredQuestion[]): void {
  const topics = Map.groupBy(questions.filter(isOfBank), ({ topic }) => topic);
  for (const [topic, ofTopic] of topics) {
    const entries = ofTopic.map((question) => formatEntry(toBankQuestion(question))).join('');
    print(`---\ntopic: ${topic}\nquestions:\n${entries.trimEnd()}`);
  }
}

function isOfBank({ source, status }: StoredQuestion): boolean {
  return source === 'static' && status !== 'retired';
}

async function bringBack(
  { print }: Ops,
  questions: readonly StoredQuestion[],
  directory: string,
): Promise<void> {
  let written = 0;
  for (const question of questions.filter(isOfBank)) {
    const file = `${question.topic}.yaml`;
    const path = join(directory, file);
    const before = await readInput(path);
    const after = putEntry(file, before, toBankQuestion(question));
    if (after === before) continue;
    await writeFile(path, after);
    print(`${question.id} → ${path}`);
    written += 1;
  }
  print(`${written} written.`);
  for (const { id, source, status } of questions) {
    if (source === 'static' && status === 'retired')
      print(`${id} was retired: take it out of its file, and write another in its place.`);
  }
}

/** `ops questions import FILE|-`: lines as `export` prints them; all of them, or none. */
export async function importQuestions({ db, print }: Ops, args: string[]): Promise<void> {
  const { words } = readOptions(args, []);
  const [file, ...others] = words;
  if (file === undefined || others.length > 0) throw new UsageError('questions import: name one file, or -');
  const store = makeQuestionAdminStore(db);
  const stored = await store.all();
  const { rows, faults } = parseRows(await readInput(file), stored, bankLimits);
  if (faults.length > 0) {
    for (const { line, message } of faults) console.error(`${file}:${line} ${message}`);
    console.error(`${faults.length === 1 ? '1 fault' : `${faults.length} faults`}: nothing was imported.`);
    process.exitCode = 1;
    return;
  }
  const { added, updated, unchanged } = await store.importAll(rows, actor());
  print(`${added.length} added, ${updated.length} updated, ${unchanged.length} unchanged.`);
  const before = new Map(stored.map((question) => [question.id, question]));
  for (const { id, options, correctIndex, status } of rows) {
    const old = before.get(id);
    if (old === undefined) continue;
    if (old.options[old.correctIndex] !== options[correctIndex])
      print(
        `${id} has another key now. Answers given before stay as they were judged: only fix corrects those.`,
      );
    if (old.status !== status) print(`${id} stays ${old.status}: keep and retire change that.`);
  }
}
