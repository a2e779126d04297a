import { findServerPrograms } from '../../scripts/stack/serverPrograms.ts';
import { itHolds } from '../harness/faultCases.ts';
import { skipFor } from '../harness/requirement.ts';

describe('backups, under load', () => {
  before(function () {
    if (findServerPrograms() === undefined) skipFor('no PostgreSQL server installed (initdb, pg_dump)', this);
  });

  itHolds(
    'a lost database comes back as of an instant, with equal rows and without whom it had erased since',
    'backups',
    ['postgres'],
  );
});
