import { connectDatabase, type Database } from '@rung/db';

/** What a command works with that opens what it needs by itself: not each one needs the queue, or a database that runs. */
export interface Tool {
  readonly env: NodeJS.ProcessEnv;
  readonly print: (line: string) => void;
}

/** It cannot be done, for a reason that the operator can do something about; the message says what. */
export class Refusal extends Error {}

/** Runs `work` on a connection that is closed afterwards; throws a Refusal when there is none to be had. */
export async function withDatabase<T>(url: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = await reached(url, connectDatabase({ url, poolSize: 2, statementTimeoutMs: 0 }));
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

/** What comes of `connecting` to a database; a Refusal with its address and the reason when nothing does. */
export async function reached<T>(url: string, connecting: Promise<T>): Promise<T> {
  try {
    return await connecting;
  } catch (error) {
    const { host, pathname } = new URL(url);
    // Several addresses of one host, tried in vain, have a code and no words.
    const { code = '', message = '' } = error as NodeJS.ErrnoException;
    throw new Refusal(`The database ${host}${pathname} cannot be used: ${message || code}.`);
  }
}

/** An instant for people: UTC, to the second. */
export function atUtc(instant: Date): string {
  return instant.toISOString().slice(0, 19).replace('T', ' ');
}
