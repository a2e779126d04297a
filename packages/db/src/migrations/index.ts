import { Learners1763700000001 } from './1763700000001-learners.ts';
import { Questions1763700000002 } from './1763700000002-questions.ts';
import { Deliveries1763700000003 } from './1763700000003-deliveries.ts';
import { Operations1763700000004 } from './1763700000004-operations.ts';
import { Supply1763700000005 } from './1763700000005-supply.ts';
import { Shown1763700000006 } from './1763700000006-shown.ts';
import { Erasure1763700000008 } from './1763700000008-erasure.ts';

/** Every migration, oldest first; one that has shipped is never edited. */
export const migrations = [
  Learners1763700000001,
  Questions1763700000002,
  Deliveries1763700000003,
  Operations1763700000004,
  Supply1763700000005,
  Shown1763700000006,
  Erasure1763700000008,
];
