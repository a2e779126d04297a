import { makeReviewStore, type ReviewDetails } from '@rung/db';
import { actor, type Ops, readCount, readOptions, table, UsageError } from './ops.ts';
import { LETTERS } from './storedQuestion.ts';

/** `ops questions review [ID] [--limit N]`: what waits for a reviewer, or one question with all there is to know. */
export async function review(ops: Ops, args: string[]): Promise<void> {
  const { options, words } = readOptions(args, ['limit']);
  const [id, ...others] = words;
  if (others.length > 0) throw new UsageError('questions review: name one question, or none');
  if (id !== undefined) return showQuestion(ops, id);
  const items = await makeReviewStore(ops.db).queue(readCount(options.limit, 50));
  if (items.length === 0) return ops.print('Nothing waits for review.');
  const rows = items.map((item) => [
    item.questionId,
    item.version,
    item.status,
    item.learners,
    Object.entries(item.reasons)
      .map(([reason, count]) => `${reason} ${count}`)
      .join(', '),
    item.since?.toISOString().slice(0, 16).replace('T', ' '),
  ]);
  for (const line of table(['question', 'version', 'status', 'reports', 'reasons', 'since (UTC)'], rows))
    ops.print(line);
}

async function showQuestion({ db, print }: Ops, id: string): Promise<void> {
  const details = await makeReviewStore(db).details(id);
  if (details === null) return unknown(id);
  const { question, quality, choices, reports } = details;
  print(`${question.id}, version ${question.version}, ${question.status}`);
  print(`level ${question.level}, ${question.topic}, from ${question.source}\n`);
  print(question.text);
  for (const [index, option] of question.options.entries()) {
    const mark = index === question.correctIndex ? '→' : ' ';
    print(`${mark} ${LETTERS[index]}  ${option}   (chosen: ${choices[index]})`);
  }
  print(`\n${question.explanation}\n${question.reference ?? ''}\n`);
  print(inWords(quality));
  for (const { version, reason, status, at } of reports)
    print(`${at.toISOString().slice(0, 16).replace('T', ' ')}  version ${version}  ${reason}  ${status}`);
  if (reports.length === 0) print('Nobody has reported it.');
}

function inWords(quality: ReviewDetails['quality']): string {
  const { answers, correctRatePct, predictedPct, discrimination, reportRatePct } = quality;
  if (answers === 0) return 'Nobody has answered it yet.';
  return (
    `First answers: ${answers}, ${correctRatePct} % of them correct where ${predictedPct} % were expected; ` +
    `discrimination ${discrimination ?? '–'}; reported by ${reportRatePct ?? 0} % of those who saw it.`
  );
}

/** `ops questions keep ID`: the question is right. */
export async function keep({ db, print }: Ops, args: string[]): Promise<void> {
  const id = readQuestionId(args, 'keep');
  const outcome = await makeReviewStore(db).keep({ id, actor: actor(), now: new Date() });
  if (outcome === null) return unknown(id);
  print(`${id} is ${outcome.after}; ${reportsClosed(outcome.closed)}.`);
}

/** `ops questions retire ID`: nobody is shown the question any more. */
export async function retire({ db, print }: Ops, args: string[]): Promise<void> {
  const id = readQuestionId(args, 'retire');
  const outcome = await makeReviewStore(db).retire({ id, actor: actor(), now: new Date() });
  if (outcome === null) return unknown(id);
  print(`${id} is retired; ${reportsClosed(outcome.closed)}.`);
}

function readQuestionId(args: string[], command: string): string {
  const { words } = readOptions(args, []);
  const [id, ...others] = words;
  if (id === undefined || others.length > 0) throw new UsageError(`questions ${command}: name one question`);
  return id;
}

function reportsClosed(count: number): string {
  return count === 1 ? '1 report closed' : `${count} reports closed`;
}

/** Says that there is no such question. */
export function unknown(id: string): void {
  console.error(`There is no question ${id}.`);
  process.exitCode = 1;
}
