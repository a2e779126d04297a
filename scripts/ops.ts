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
import { Refusal } from './ops/tool.ts';
import { tools } from './ops/tools.ts';

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

  webhook set [--max-connections N]
                                Telegram sends to PUBLIC_URL what the gateway handles
  webhook info | delete         how it is set, what waits and what failed; or none any more

  user show ID                  what is known of a learner, without what they wrote
  user delete ID [--yes]        erases them, in one transaction

  backup [--keep N] [--keep-days N]
                                an encrypted backup in BACKUP_DIR, and the ledger of erasures
  backup --ledger               that ledger alone
  backup key                    makes a pair of keys
  restore FILE --into URL [--grant-to ROLE]
                                into an empty database; erases again whom the ledger names
  restore --replay --into URL [--grant-to ROLE]
                                that alone, after a recovery to a point in time
  restore --drill [FILE] [--scratch URL]
                                the newest one, on a server for a while, or in a new database at URL; compares rows

Reads DATABASE_URL and QUEUE_URL; webhook, user, backup and restore: see .env.example.`;

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
  const name = [words.slice(0, 2).join(' '), words[0] ?? ''].find(
    (candidate) => Object.hasOwn(commands, candidate) || Object.hasOwn(tools, candidate),
  );
  if (name === undefined) return usage();
  const args = words.slice(name.split(' ').length);
  try {
    await tools[name]?.({ env: process.env, print }, args);
    const command = commands[name];
    if (command !== undefined) await withQueue((ops) => command(ops, args));
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(error.message);
      usage();
    } else if (error instanceof Refusal) {
      console.error(error.message);
      process.exitCode = 1;
    } else throw error;
  }
});

async function withQueue(work: (ops: Ops) => Promise<void>): Promise<void> {
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
    await work({ db, producer: makeProducer(queues), print });
  } finally {
    await queues.close();
    await db.close();
  }
}

function print(line: string): void {
  console.log(line);
}

function usage(): void {
  console.error(USAGE);
  process.exitCode = 1;
}
