import type { Database } from '@rung/db';
import { connectQueues, migrateQueues, type Queues } from '@rung/jobs';
import { openDatabase } from '../../../packages/db/test/fixtures.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A migrated database with queues in it. */
export interface SchedulerDatabase {
  readonly db: Database;
  readonly url: string;
  readonly queues: Queues;
  /** Ids of the jobs in a queue, sorted. */
  jobs(queue: string): Promise<string[]>;
  close(): Promise<void>;
}

export async function openSchedulerDatabase(): Promise<SchedulerDatabase> {
  const { db, url, close } = await openDatabase();
  await migrateQueues(url);
  const queues = openQueues(url);
  return {
    db,
    url,
    queues,
    async jobs(queue) {
      const rows = await db.sql<{ id: string }>('SELECT id FROM bullmq.job WHERE queue = $1', [queue]);
      return rows.map(({ id }) => id).sort();
    },
    async close() {
      await queues.close();
      await close();
    },
  };
}

/** Queues that log nothing. */
export function openQueues(url: string): Queues {
  return connectQueues({ url, logger: silent });
}
