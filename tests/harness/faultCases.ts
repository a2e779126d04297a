import { expect } from 'chai';
import { faultCases } from '../../scripts/chaos/cases.ts';
import type { Finding, QueueKind } from '../../scripts/chaos/faultCase.ts';
import { findRedis } from '../../scripts/stack/redis.ts';
import { skipFor } from './requirement.ts';

const LIMIT_MS = 240_000;
const titles: Readonly<Record<QueueKind, string>> = { redis: 'Redis', postgres: 'PostgreSQL' };

/**
 * Starts cases of `npm run chaos` before the tests around it, side by side: those that mostly wait need not wait for each
 * other. Their tests take what came of them.
 */
export function startEarly(names: readonly string[], queue: QueueKind): void {
  before(() => {
    if (queue === 'redis' && findRedis() === undefined) return;
    for (const name of names) {
      const finding = run(name, queue);
      finding.catch(() => undefined);
      early.set(`${name} ${queue}`, finding);
    }
  });
}

const early = new Map<string, Promise<Finding | undefined>>();

async function run(name: string, queue: QueueKind): Promise<Finding | undefined> {
  const faultCase = faultCases.find((each) => each.name === name);
  return faultCase?.run({ queue, quick: true, say: () => undefined });
}

/** A test, named `sentence`, for each queue: the case of `npm run chaos` by that name, in its small size, must be ok. */
export function itHolds(sentence: string, name: string, queues: readonly QueueKind[]): void {
  for (const queue of queues) {
    it(`${sentence}, with the queue on ${titles[queue]}`, async function () {
      this.timeout(LIMIT_MS);
      if (queue === 'redis' && findRedis() === undefined) skipFor('no redis-server on PATH', this);
      const finding = await (early.get(`${name} ${queue}`) ?? run(name, queue));
      expect(finding?.ok, JSON.stringify(finding)).to.equal(true);
    });
  }
}
