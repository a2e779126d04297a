import { expect } from 'chai';
import { faultCases } from '../../scripts/chaos/cases.ts';
import type { QueueKind } from '../../scripts/chaos/faultCase.ts';
import { findRedis } from '../../scripts/stack/redis.ts';
import { skipFor } from './requirement.ts';

const LIMIT_MS = 240_000;
const titles: Readonly<Record<QueueKind, string>> = { redis: 'Redis', postgres: 'PostgreSQL' };

/** A test, named `sentence`, for each queue: the case of `npm run chaos` by that name, in its small size, must be ok. */
export function itHolds(sentence: string, name: string, queues: readonly QueueKind[]): void {
  for (const queue of queues) {
    it(`${sentence}, with the queue on ${titles[queue]}`, async function () {
      this.timeout(LIMIT_MS);
      if (queue === 'redis' && findRedis() === undefined) skipFor('no redis-server on PATH', this);
      const faultCase = faultCases.find((each) => each.name === name);
      const finding = await faultCase?.run({ queue, quick: true, say: () => undefined });
      expect(finding?.ok, JSON.stringify(finding)).to.equal(true);
    });
  }
}
