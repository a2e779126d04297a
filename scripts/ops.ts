import { connectDatabase } from '@rung/db';
import { connectQueues, makeProducer } from '@rung/jobs';
import { makeLogger, parseEnvironment, postgresUrl, queueUrl, runService } from '@rung/platform';
import { z } from 'zod';
import { listDeadLetters, redrive } from './ops/deadLetters.ts';
import { deliver } from './ops/deliver.ts';
import { type Ops, UsageError } from './ops/ops.ts';
import { runs } from './ops/runs.ts';

const USAGE = `npm run ops -- <command>

  runs [--limit N]              the latest distribution runs: due, sent, skipped, blocked, failed, seconds
  deliver --user ID             sends a learner today's question now
  dlq list [--limit N]          jobs that failed for good
  dlq redrive ID … | --all      makes them run again

Reads DATABASE_URL and QUEUE_URL.`;

const environment = z.object({ DATABASE_URL: postgresUrl, QUEUE_URL: queueUrl.optional() });

const commands: Readonly<Record<string, (ops: Ops, args: string[]) => Promise<void>>> = {
  runs,
  deliver,
  'dlq list': listDeadLetters,
  'dlq redrive': redrive,
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
