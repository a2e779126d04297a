import { makeCorrectionStore, makeQuestionAdminStore, makeReviewStore, type StoredQuestion } from '@rung/db';
import { defaultPolicy } from '@rung/domain';
import { bankLimits, parseRows, type QuestionRow } from '@rung/questions';
import { actor, type Ops, readInput, readOptions, UsageError } from './ops.ts';
import { unknown } from './questionReview.ts';
import { LETTERS, toRow } from './storedQuestion.ts';

const LEARNERS_AT_ONCE = 500;

/**
 * `ops questions fix ID [--file FILE] [--answer A-D] [--question T] [--explanation T] [--reference T]`: a new version,
 * and corrected answers when the key was wrong. Safe to repeat: it finishes what an interrupted run has left.
 */
export async function fix({ db, print }: Ops, args: string[]): Promise<void> {
  const { options, words } = readOptions(args, ['file', 'answer', 'question', 'explanation', 'reference']);
  const [id, ...others] = words;
  if (id === undefined || others.length > 0) throw new UsageError('questions fix: name one question');
  if (Object.keys(options).length === 0)
    throw new UsageError('questions fix: say what to change: --file, --answer, --explanation …');
  const store = makeQuestionAdminStore(db);
  const all = await store.all();
  const stored = all.find((question) => question.id === id);
  if (stored === undefined) return unknown(id);
  const changed = await change(stored, options);
  const { rows, faults } = parseRows(JSON.stringify(changed), all, bankLimits);
  const [row] = rows;
  const misplaced = row === undefined ? null : whatMustStay(stored, row);
  if (misplaced !== null) return refuse([misplaced]);
  if (row === undefined || faults.length > 0) return refuse(faults.map(({ message }) => message));

  const now = new Date();
  const outcome = await makeReviewStore(db).fix({ ...row, version: stored.version }, { actor: actor(), now });
  switch (outcome.kind) {
    case 'missing':
      return unknown(id);
    case 'outdated':
      return refuse(['somebody else has changed the question meanwhile: look at it again']);
    case 'ambiguous':
      return refuse([
        'it changes the key and the words of options at once (or moves options and rewords others), so nobody can tell ' +
          'what the answers given so far mean. Fix the key first and the words after it, or retire it and write another.',
      ]);
    case 'unchanged':
      print(`${id} says this already. (It is right as it is? Then: questions keep ${id})`);
      break;
    case 'fixed':
      print(`${id} is version ${outcome.version} now.`);
      if (outcome.corrected.length > 0)
        print(`The key of version ${outcome.corrected.join(', ')} was wrong: its answers are judged anew.`);
  }
  const corrected = await regrade(db, id);
  if (corrected > 0)
    print(`${corrected === 1 ? '1 answer' : `${corrected} answers`} corrected; the learners will be told.`);
  if (outcome.kind === 'fixed' && stored.source === 'static')
    print(
      'To bring it into the files: npm run ops -- questions export --fixed --into packages/questions/bank',
    );
}

/** The question as the table would have it after the change. */
async function change(
  stored: StoredQuestion,
  options: Readonly<Record<string, string | undefined>>,
): Promise<object> {
  const { file, answer, question, explanation, reference } = options;
  const index = answer === undefined ? undefined : LETTERS.indexOf(answer);
  if (index === -1) throw new UsageError(`questions fix: the answer is A, B, C or D, not ${answer}`);
  return {
    ...(file === undefined ? toRow(stored) : await readObject(file)),
    ...(index === undefined ? {} : { correct_index: index }),
    ...(question === undefined ? {} : { question_text: question }),
    ...(explanation === undefined ? {} : { explanation }),
    ...(reference === undefined ? {} : { reference }),
  };
}

async function readObject(file: string): Promise<object> {
  const text = await readInput(file);
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) return read;
  } catch {
    // Said below.
  }
  throw new UsageError(`questions fix: ${file} must hold one JSON object, as export prints it`);
}

function whatMustStay(stored: StoredQuestion, { id, level, topic, source }: QuestionRow): string | null {
  if (id !== stored.id) return `the file is about ${id}`;
  if (source !== stored.source) return 'its source stays as it is';
  if (level === stored.level && topic === stored.topic) return null;
  return 'its level and topic stay as they are: retire it and write another';
}

async function regrade(db: Ops['db'], questionId: string): Promise<number> {
  const corrections = makeCorrectionStore(db, defaultPolicy);
  for (let total = 0; ; ) {
    const count = await corrections.regrade({ now: new Date(), limit: LEARNERS_AT_ONCE, questionId });
    if (count === 0) return total;
    total += count;
  }
}

function refuse(reasons: readonly string[]): void {
  for (const reason of reasons) console.error(reason);
  console.error('Nothing was changed.');
  process.exitCode = 1;
}
