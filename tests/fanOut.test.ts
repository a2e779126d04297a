import { itHolds } from './harness/faultCases.ts';

describe('the fan-out, through the whole stack', () => {
  itHolds('gives everybody one daily though one of three schedulers is killed in a batch', 'fan-out', [
    'redis',
  ]);
});
