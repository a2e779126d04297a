import { expect } from 'chai';
import { connectDatabase, isUnavailable } from '../src/index.ts';
import { openDatabase } from './fixtures.ts';

describe('an error of the database', () => {
  it('says that it is unavailable when nobody listens, when the connection is cut and when none is free', async () => {
    const nobody = connectDatabase({ url: 'postgres://nobody:x@127.0.0.1:1/none' });
    expect(isUnavailable(await nobody.catch((error) => error))).to.equal(true);

    const { db, url, close } = await openDatabase(1);
    try {
      const cut = db.sql('SELECT pg_terminate_backend(pg_backend_pid())').catch((error) => error);
      expect(isUnavailable(await cut)).to.equal(true);
      const small = await connectDatabase({ url, poolSize: 1, connectTimeoutMs: 100 });
      const held = small.transaction(async () => small.sql('SELECT 1').catch((error) => error));
      expect(isUnavailable(await held)).to.equal(true);
      await small.close();
    } finally {
      await close();
    }
  });

  it('does not when it refuses a statement', async () => {
    const { db, close } = await openDatabase(1);
    try {
      for (const refused of ['SELECT 1 / 0', 'SELEC 1', 'INSERT INTO users (user_id) VALUES (NULL)']) {
        expect(isUnavailable(await db.sql(refused).catch((error) => error))).to.equal(false);
      }
    } finally {
      await close();
    }
  });
});
