import { connectDatabase, type Database, migrate } from '@rung/db';
import { migrateQueues } from '@rung/jobs';
import { createDatabase } from '../../../tests/harness/database.ts';

/** A row of the inbox as the tests look at it. */
export interface InboxRow {
  readonly botId: string;
  readonly updateId: number;
  readonly userId: string | null;
  readonly job: string | null;
  readonly status: string;
  readonly reason: string | null;
  readonly payload: unknown;
}

/** A migrated database, queues included, with a connection for the test to look into it. */
export interface InboxDatabase {
  readonly url: string;
  readonly db: Database;
  /** The inbox in the order of arrival. */
  rows(): Promise<InboxRow[]>;
  rowOf(updateId: number): Promise<InboxRow | undefined>;
  close(): Promise<void>;
}

export async function openInboxDatabase(): Promise<InboxDatabase> {
  const test = await createDatabase();
  await migrate({ url: test.url });
  await migrateQueues(test.url);
  const db = await connectDatabase({ url: test.url, poolSize: 5 });
  const rows = () =>
    db.sql<InboxRow>(
      `SELECT bot_id AS "botId", update_id::int AS "updateId", user_id AS "userId", job, status, reason, payload
       FROM telegram_updates ORDER BY seq`,
    );
  return {
    url: test.url,
    db,
    rows,
    rowOf: async (updateId) => (await rows()).find((row) => row.updateId === updateId),
    async close() {
      await db.close();
      await test.drop();
    },
  };
}
