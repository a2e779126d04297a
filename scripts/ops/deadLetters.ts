import { type DeadLetterRow, makeDeadLetterStore, writeAudit } from '@rung/db';
import { catalogue, type JobName, jobNames, type Producer } from '@rung/jobs';
import { actor, type Ops, readCount, readId, readOptions, table, UsageError } from './ops.ts';

const HEAD = ['id', 'failed at (UTC)', 'queue', 'job', 'job id', 'attempts', 'error'];
const AT_ONCE = 1_000;

/** `ops dlq list [--limit N]`: what nobody has redriven yet. */
export async function listDeadLetters({ db, print }: Ops, args: string[]): Promise<void> {
  const { options } = readOptions(args, ['limit']);
  const letters = await makeDeadLetterStore(db).list(readCount(options.limit, 50));
  if (letters.length === 0) return print('There are no dead letters.');
  const rows = letters.map((letter) => [
    letter.id,
    letter.failedAt.toISOString().slice(0, 19).replace('T', ' '),
    letter.queue,
    letter.job,
    letter.jobId,
    letter.attempts,
    letter.error.split('\n')[0]?.slice(0, 120),
  ]);
  for (const line of table(HEAD, rows)) print(line);
}

/** `ops dlq redrive ID … | --all`: redriving a letter twice runs its job once. */
export async function redrive({ db, producer, print }: Ops, args: string[]): Promise<void> {
  const { words, flags } = readOptions(args, [], ['all']);
  const letters = makeDeadLetterStore(db);
  const ids = flags.has('all')
    ? (await letters.list(AT_ONCE)).map((letter) => letter.id)
    : words.map((word) => readId(word, 'dlq redrive'));
  if (ids.length === 0 && !flags.has('all')) throw new UsageError('dlq redrive: name the ids, or --all');
  let redriven = 0;
  for (const id of ids) {
    const letter = await letters.redrive(id);
    if (letter === null) {
      print(`${id} is not open: there is no such letter, or it was redriven before.`);
      continue;
    }
    await writeAudit(db, {
      actor: actor(),
      action: 'dlq.redrive',
      subject: id,
      details: { jobId: letter.jobId },
    });
    if (!(await enqueueAgain(producer, letter)))
      print(`${id}: the queue is away; the reconciler will enqueue it.`);
    redriven += 1;
  }
  print(`${redriven} redriven.`);
}

async function enqueueAgain(producer: Producer, letter: DeadLetterRow): Promise<boolean> {
  const name = jobNames.find((known) => known === letter.job);
  return name !== undefined && enqueueAs(producer, name, letter);
}

async function enqueueAs<K extends JobName>(
  producer: Producer,
  name: K,
  letter: DeadLetterRow,
): Promise<boolean> {
  const payload = catalogue[name].payload.safeParse(letter.payload);
  return payload.success && producer.enqueue(name, payload.data, { jobId: letter.jobId, timeoutMs: 5_000 });
}
