import { makeRunStore } from '@rung/db';
import { type Ops, readCount, readOptions, table } from './ops.ts';

const HEAD = ['slot (UTC)', 'due', 'sent', 'skipped', 'blocked', 'failed', 'seconds', 'questions by source'];

/** `ops runs [--limit N]` */
export async function runs({ db, print }: Ops, args: string[]): Promise<void> {
  const { options } = readOptions(args, ['limit']);
  const latest = await makeRunStore(db).latest(readCount(options.limit, 20));
  const rows = latest.map((run) => [
    run.slotAt.toISOString().slice(0, 16).replace('T', ' '),
    run.due,
    run.sent,
    run.skipped,
    run.blocked,
    run.failed,
    run.finishedAt === null
      ? 'running'
      : Math.round((run.finishedAt.getTime() - run.startedAt.getTime()) / 1000),
    Object.entries(run.questions)
      .map(([source, count]) => `${source} ${count}`)
      .join(', '),
  ]);
  for (const line of table(HEAD, rows)) print(line);
}
