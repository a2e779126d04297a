import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import type { Database } from '../src/index.ts';
import { openDatabase } from './fixtures.ts';

const WORKERS = 16;
const ROUNDS = 40;

describe('connections that are ended by the server', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await openDatabase()));
  after(() => close?.());

  it('fail the statements under way, and neither the process nor what comes after', async () => {
    let isOver = false;
    let failed = 0;
    const work = async (): Promise<void> => {
      while (!isOver) {
        const both = [db.transaction((tx) => tx.sql('SELECT 1')), db.sql('SELECT pg_sleep(0.001)')];
        for (const each of await Promise.allSettled(both)) if (each.status === 'rejected') failed += 1;
      }
    };
    const working = Array.from({ length: WORKERS }, work);
    for (let round = 0; round < ROUNDS; round++) {
      await wait(50);
      await db
        .sql(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid()`,
        )
        .catch(() => undefined);
    }
    isOver = true;
    await Promise.all(working);
    expect(failed).to.be.above(0);
    expect(await db.transaction((tx) => tx.sql('SELECT 1 AS one'))).to.deep.equal([{ one: 1 }]);
  });
});
