import { gatewayKilled, workerKilled } from './cases/processKilled.ts';
import type { FaultCase } from './faultCase.ts';

/** Every case, in the order in which `all` runs them. */
export const faultCases: readonly FaultCase[] = [workerKilled, gatewayKilled];
