import pg from 'pg';
import { serveNextDay } from '../../scripts/stack/nextDay.ts';
import { type Stack, type StackOptions, startStack } from '../../scripts/stack/stack.ts';
import { createDatabase } from './database.ts';

/** A stack in a database of its own, with the bank loaded and *Next day*. */
export interface TestStack extends Stack {
  /** One statement as the owner of the database. */
  sql<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** What the services have printed. */
  output(): string;
}

/** Short, so that nobody waits for the scheduler to look. */
const TICK_MS = 200;

/** Brings a stack up; its queue is in its database unless `queueUrl` says otherwise. Stop it, whatever happens. */
export async function startTestStack(
  options: Pick<StackOptions, 'queueUrl' | 'telegram' | 'env'> = {},
): Promise<TestStack> {
  const database = await createDatabase();
  const nextDay = await serveNextDay(() => database.url);
  const client = new pg.Client({ connectionString: database.url });
  let output = '';
  const close = async (): Promise<void> => {
    await client.end();
    await nextDay.close();
    await database.drop();
  };
  try {
    await client.connect();
    const stack = await startStack({
      postgresUrl: database.url,
      database: new URL(database.url).pathname.slice(1),
      tickIntervalMs: TICK_MS,
      nextDayUrl: nextDay.url,
      onOutput: (service, text) => {
        output += text.replaceAll(/^(?=.)/gm, `${service} `);
      },
      ...options,
    });
    return {
      ...stack,
      sql: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
        (await client.query<Row>(text, [...values])).rows,
      output: () => output,
      async stop() {
        await stack.stop();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
