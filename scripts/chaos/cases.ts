import { accepted } from './cases/accepted.ts';
import { eventLoopBlocked } from './cases/eventLoop.ts';
import { fanOut, fanOutFlushed } from './cases/fanOut.ts';
import { missedSlot } from './cases/missedSlot.ts';
import { postgresStopped, postgresTerminated } from './cases/postgresAway.ts';
import { gatewayKilled, workerKilled } from './cases/processKilled.ts';
import { redisFlushed, redisFrozen, redisStopped } from './cases/redisAway.ts';
import { doubleTaps, uselessTaps } from './cases/taps.ts';
import type { FaultCase } from './faultCase.ts';

/** Every case, in the order in which `all` runs them. */
export const faultCases: readonly FaultCase[] = [
  accepted,
  workerKilled,
  gatewayKilled,
  redisFlushed,
  redisFrozen,
  redisStopped,
  postgresStopped,
  postgresTerminated,
  doubleTaps,
  uselessTaps,
  eventLoopBlocked,
  fanOut,
  fanOutFlushed,
  missedSlot,
];
