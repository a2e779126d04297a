import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { until } from '../../stack/until.ts';
import { countDone, drain } from '../drain.ts';
import type { Conditions, FaultCase, Finding } from '../faultCase.ts';
import { judge } from '../judge.ts';
import { post, repliesBetween } from '../load.ts';
import { seedAudience, tapOn } from '../questions.ts';
import { sandboxClient } from '../sandbox.ts';
import { type Site, withSite } from '../site.ts';

const QUESTIONS = 4;
/** Whatever the queue has lost is back in it after that long. */
const REENQUEUED_MS = 120_000;
const DRAIN_MS = 60_000;
/** An update is stored in a few ms and enqueueing is given up after 100: the rest is for a machine that is busy. */
const ACKNOWLEDGED_MS = 250;

/** FLUSHALL while answers wait in the queue. */
export const redisFlushed: FaultCase = {
  name: 'redis-flushed',
  about: 'FLUSHALL with answers in the queue: all of them and the job schedulers are back within 120 s',
  queues: ['redis'],
  run: (conditions) =>
    withSite(conditions, {}, async (site) => {
      const audience = await seedAudience(site, conditions.quick ? 75 : 500, QUESTIONS);
      const taps = audience.asked.map((asked, n) => tapOn(asked, n));
      const updates = await sandboxClient(site.stack.sandboxUrl).makeUpdates(taps);
      const redis = new Redis(site.redis().url);
      try {
        const posting = post(site.stack.webhookUrl, updates);
        const some = updates.length / 4;
        await until('some answers done', DRAIN_MS, async () => (await countDone(site)) >= some);
        const { accepted } = await posting;
        await redis.flushall();
        const lostByRedis = updates.length - (await countDone(site));
        conditions.say(`flushed with ${lostByRedis} answers to go`);
        const drainedSeconds = await drain(site, REENQUEUED_MS);
        const scheduleIsBack = (await redis.zscore('{rung}:schedule:repeat', 'daily.distribute')) !== null;
        const verdict = await judge(site, audience, accepted);
        const ok = verdict.ok && scheduleIsBack;
        return { updates: updates.length, lostByRedis, drainedSeconds, scheduleIsBack, ...verdict, ok };
      } finally {
        redis.disconnect();
      }
    }),
};

/** Redis hangs with its connections open. */
export const redisFrozen: FaultCase = {
  name: 'redis-frozen',
  about: 'Redis hangs (SIGSTOP) while updates come in: 200 within 250 ms, and all is done after it goes on',
  queues: ['redis'],
  run: (conditions) =>
    whileAway(conditions, conditions.quick ? 6_000 : 40_000, {
      leave: async (site) => site.redis().freeze(),
      comeBack: async (site) => site.redis().thaw(),
    }),
};

/** Redis ends, and comes back empty. */
export const redisStopped: FaultCase = {
  name: 'redis-stopped',
  about: 'Redis is stopped while updates come in and comes back empty: 200 within 250 ms, nothing is lost',
  queues: ['redis'],
  run: (conditions) =>
    whileAway(conditions, conditions.quick ? 6_000 : 40_000, {
      leave: (site) => site.redis().stop(),
      comeBack: (site) => site.startRedis('emptied'),
    }),
};

interface Absence {
  leave(site: Site): Promise<void>;
  comeBack(site: Site): Promise<void>;
}

/** Updates come in at a steady pace; a quarter of them before Redis leaves, half without it. */
function whileAway(conditions: Conditions, awayMs: number, absence: Absence): Promise<Finding> {
  return withSite(conditions, {}, async (site) => {
    const audience = await seedAudience(site, conditions.quick ? 75 : 500, QUESTIONS);
    const taps = audience.asked.map((asked, n) => tapOn(asked, n));
    const updates = await sandboxClient(site.stack.sandboxUrl).makeUpdates(taps);
    const perSecond = updates.length / ((2 * awayMs) / 1000);
    const posting = post(site.stack.webhookUrl, updates, { perSecond });
    await wait(awayMs / 2);
    await absence.leave(site);
    const away = performance.now();
    await wait(awayMs);
    const back = performance.now();
    await absence.comeBack(site);
    const { accepted, replies } = await posting;
    const drainedSeconds = await drain(site, DRAIN_MS);
    const without = repliesBetween(replies, away, back);
    const answered = without.count > 0 && without.statuses[200] === without.count;
    const verdict = await judge(site, audience, accepted);
    const ok = verdict.ok && answered && without.p99Ms <= ACKNOWLEDGED_MS;
    const sizes = { updates: updates.length, accepted: accepted.size, awaySeconds: awayMs / 1000 };
    return { ...sizes, without, drainedSeconds, ...verdict, ok };
  });
}
