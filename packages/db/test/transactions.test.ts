import { expect } from 'chai';
import { createDatabase, type TestDatabase } from '../../../tests/harness/database.ts';
import { connectDatabase, type Database } from '../src/index.ts';

describe('what a database tells of its work', () => {
  let test: TestDatabase;
  let db: Database;
  let told: string[];

  before(async () => {
    test = await createDatabase();
    db = await connectDatabase({
      url: test.url,
      poolSize: 2,
      onQuery: (store, seconds, text) => {
        expect(seconds).to.be.within(0, 15);
        told.push(`${store}: ${text}`);
      },
      async aroundTransaction(store, run) {
        told.push(`${store}: begins`);
        try {
          return await run();
        } finally {
          told.push(`${store}: ends`);
        }
      },
    });
  });
  after(async () => {
    await db?.close();
    await test?.drop();
  });
  beforeEach(() => {
    told = [];
  });

  it('is each statement with its text, without values, and each transaction around its statements', async () => {
    await db.scoped('inbox').sql('SELECT $1::text', ['canary']);
    const rows = await db.scoped('mailbox').transaction(({ sql }) => sql('SELECT $1::int AS n', [7]));
    expect(rows).to.deep.equal([{ n: 7 }]);
    expect(told).to.deep.equal([
      'inbox: SELECT $1::text',
      'mailbox: begins',
      'mailbox: SELECT $1::int AS n',
      'mailbox: ends',
    ]);
  });

  it('is also a transaction that failed, whose error goes on', async () => {
    const failed = await db.transaction(() => Promise.reject(new RangeError('no'))).catch((error) => error);
    expect(failed).to.be.instanceOf(RangeError);
    expect(told).to.deep.equal(['other: begins', 'other: ends']);
  });
});
