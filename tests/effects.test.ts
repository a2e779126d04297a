import { itHolds } from './harness/faultCases.ts';

describe('effects of taps, through the whole stack', () => {
  itHolds(
    'two options tapped at once, each update three times and shuffled, have one effect',
    'double-taps',
    ['redis', 'postgres'],
  );
  itHolds(
    "somebody else's question, malformed data, an expired or answered question change nothing",
    'useless-taps',
    ['redis', 'postgres'],
  );
});
