import { connectDatabase } from '@rung/db';
import { connectQueues, makeProducer } from '@rung/jobs';
import { makeLogger, parseEnvironment, postgresUrl, queueUrl, runService } from '@rung/platform';
import { z } from 'zod';
import { listDeadLetters, redrive } from './ops/deadLetters.ts';
import { deliver } from './ops/deliver.ts';
import { explainDelivery } from './ops/explain.ts';
import { type Ops, UsageError } from './ops/ops.ts';
import { exportQuestions, importQuestions } from './ops/questionFiles.ts';
import { fix } from './ops/questionFix.ts';
import { keep, retire, review } from './ops/questionReview.ts';
import { questionStats } from './ops/questionStats.ts';
import { runs } from './ops/runs.ts';

const USAGE = `npm run ops -- <command>

  runs [--limit N]              the latest distribution runs: due, sent, skipped, blocked, failed, seconds
  deliver --user ID             sends a learner today's question now
  dlq list [--limit N]          jobs that failed for good
  dlq redrive ID … | --all      makes them run again
  delivery explain ID           why this question: what was considered, and the choice played again

  questions stats               how many there are, how good they are, and the mechanical checks
  questions export [--format jsonl|yaml] [--fixed] [--into DIR]
                                the table's fields, a line for each; or as the bank's files have them. --fixed: only what
                                was changed in review or by an import; --into: writes that into the files in DIR
  questions import FILE|-       takes lines as export prints them: all of them, or with a single fault none
  questions review [ID]         what learners have reported; or one question with its reports and figures
  questions keep ID             it is right: closes the reports and brings it back
  questions fix ID --answer A-D | --question T | --explanation T | --reference T | --file FILE
                                a new version; with another key the answers given so far are corrected, and their
                                learners told. FILE: one line of export, changed
  questions retire ID           nobody is shown it any more

Reads DATABASE_URL and QUEUE_URL.`;

const environment = z.object({ DATABASE_URL: postgresUrl, QUEUE_URL: queueUrl.optional() });

const commands: Readonly<Record<string, (ops: Ops, args: string[]) => Promise<void>>> = {
  runs,
  deliver,
  'dlq list': listDeadLetters,
  'dlq redrive': redrive,
  'delivery explain': explainDelivery,
  'questions stats': questionStats,
  'questions export': exportQuestions,
  'questions import': importQuestions,
  'questions review': review,
  'questions keep': keep,
  'questions fix': fix,
  'questions retire': retire,
};

await runService(async () => {
  const words = process.argv.slice(2);
  const name = [words.slice(0, 2).join(' '), words[0] ?? ''].find((candidate) =>
    Object.hasOwn(commands, candidate),
  );
  const run = name === undefined ? undefined : commands[name];
  if (name === undefined || run === undefined) return usage();

  const env = parseEnvironment(environment, process.env);
  const db = await connectDatabase({ url: env.DATABASE_URL, poolSize: 2 });
  const logger = makeLogger({
    service: 'ops',
    level: 'warn',
    format: 'pretty',
    secrets: [],
    stream: process.stderr,
  });
  const queues = connectQueues({ url: env.QUEUE_URL ?? env.DATABASE_URL, logger });
  try {
    const ops: Ops = { db, producer: makeProducer(queues), print: (line) => console.log(line) };
    await run(ops, words.slice(name.split(' ').length));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    usage();
  } finally {
    await queues.close();
    await db.close();
  }
});

function usage(): void {
  console.error(USAGE);
  process.exitCode = 1;
}
