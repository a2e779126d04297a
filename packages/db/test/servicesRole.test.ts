import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import {
  connectDatabase,
  type Database,
  grantToServices,
  makeErasureStore,
  makePseudonyms,
} from '../src/index.ts';
import { addLearners, openDatabase } from './fixtures.ts';

describe('the role that the services log in with', () => {
  const role = `services_${randomBytes(4).toString('hex')}`;
  const password = randomBytes(8).toString('hex');
  let owner: Database;
  let services: Database;
  let close: () => Promise<void>;

  before(async () => {
    const opened = await openDatabase(2);
    owner = opened.db;
    close = opened.close;
    await owner.sql(`CREATE ROLE ${role} LOGIN PASSWORD '${password}'`);
    await grantToServices({ url: opened.url }, role, ['public']);
    const url = new URL(opened.url);
    url.username = role;
    url.password = password;
    services = await connectDatabase({ url: url.href, poolSize: 2 });
  });
  after(async () => {
    await services?.close();
    await owner?.sql(`DROP OWNED BY ${role}`);
    await owner?.sql(`DROP ROLE ${role}`);
    await close?.();
  });

  it('erases a learner although it may not touch the audit log', async () => {
    await addLearners(owner, { from: 41 });
    await owner.sql(`INSERT INTO audit_log (actor, action, subject) VALUES ('op', 'deliver', '41')`);
    const pseudonyms = makePseudonyms('a salt for tests, long enough');
    const erasure = await makeErasureStore(services, pseudonyms).erase('41', 'learner');
    expect(erasure?.hash).to.equal(pseudonyms.of('41'));
    const subjects = await owner.sql('SELECT DISTINCT subject FROM audit_log');
    expect(subjects).to.deep.equal([{ subject: `erased:${pseudonyms.of('41')}` }]);
  });

  for (const statement of [
    `UPDATE audit_log SET subject = 'erased:' || repeat('0', 64)`,
    'DELETE FROM audit_log',
    `UPDATE erasures SET salt_id = 'x'`,
    'DELETE FROM erasures',
    'DELETE FROM streak_history',
    `INSERT INTO backup_runs (kind, file, started_at, succeeded_at, bytes, row_count) VALUES ('backup', 'x', now(), now(), 1, 1)`,
    'CREATE TABLE own (id int)',
    'ALTER TABLE audit_log DISABLE TRIGGER ALL',
  ]) {
    it(`may not: ${statement}`, async () => {
      const refused = services.sql(statement);
      expect(await refused.catch((error: Error) => error.message)).to.match(
        /permission denied|must be owner/,
      );
    });
  }
});
