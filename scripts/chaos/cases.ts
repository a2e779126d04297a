import { accepted } from './cases/accepted.ts';
import { backups } from './cases/backups.ts';
import { eventLoopBlocked } from './cases/eventLoop.ts';
import { fanOut, fanOutFlushed } from './cases/fanOut.ts';
import { missedSlot } from './cases/missedSlot.ts';
import { models } from './cases/models.ts';
import { poison } from './cases/poison.ts';
import { postgresStopped, postgresTerminated } from './cases/postgresAway.ts';
import { gatewayKilled, workerKilled } from './cases/processKilled.ts';
import { redisFlushed, redisFrozen, redisStopped } from './cases/redisAway.ts';
import { sigterm } from './cases/sigterm.ts';
import { doubleTaps, uselessTaps } from './cases/taps.ts';
import { telegram } from './cases/telegram.ts';
import { throwers } from './cases/throwers.ts';
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
  poison,
  throwers,
  telegram,
  models,
  sigterm,
  backups,
];
