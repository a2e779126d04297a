import { itHolds, startEarly } from './harness/faultCases.ts';

describe('faults, through the whole stack', () => {
  // Both wait for most of a minute until what stands still counts as lost.
  startEarly(['redis-flushed', 'redis-frozen'], 'redis');
  itHolds('a killed worker loses and doubles no answer', 'worker-killed', ['redis', 'postgres']);
  itHolds('a killed gateway loses and doubles no accepted update', 'gateway-killed', ['redis']);
  itHolds('a flushed Redis loses nothing, and the schedules come back', 'redis-flushed', ['redis']);
  itHolds('with Redis frozen the gateway goes on answering, and nothing is lost', 'redis-frozen', ['redis']);
  itHolds('whatever models do, a valid question comes in time and never a bad one', 'models', ['postgres']);
  itHolds(
    'with PostgreSQL stopped the gateway refuses at once, and all goes on by itself',
    'postgres-stopped',
    ['postgres'],
  );
  itHolds('restarts of each service under load fail nothing, stall nothing and end in time', 'sigterm', [
    'postgres',
  ]);
});
