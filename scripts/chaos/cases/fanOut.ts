import { Redis } from 'ioredis';
import { until } from '../../stack/until.ts';
import { seconds } from '../drain.ts';
import { countDailies, makeDue, seedLearners } from '../due.ts';
import { bothQueues, type FaultCase, type Finding } from '../faultCase.ts';
import { sandboxClient } from '../sandbox.ts';
import { type Site, withSite } from '../site.ts';

const SENT_MS = 240_000;
const DECIDED_MS = 60_000;
const JUST_NOW = 1;

/** Three schedulers, one of which dies in the middle of a batch. */
export const fanOut: FaultCase = {
  name: 'fan-out',
  about: 'three schedulers, 10,000 learners in 20 zones due at once, SIGKILL of one at half: one daily each',
  queues: bothQueues,
  run: (conditions) =>
    withSite(conditions, {}, async (site) => {
      const others = [await site.stack.start('scheduler', 1), await site.stack.start('scheduler', 2)];
      const learners = await seedLearners(site, conditions.quick ? 2_000 : 10_000, JUST_NOW);
      const half = learners.length / 2;
      await makeDue(site, learners.slice(0, half), JUST_NOW);
      await until('the first half decided', DECIDED_MS, () => allDecided(site, learners.slice(0, half)));

      // The others wait outside, so that it is this one that has its batch open when it dies.
      for (const { pid } of others) process.kill(pid, 'SIGSTOP');
      const gate = await site.session();
      await gate.query('BEGIN; LOCK TABLE distribution_runs IN EXCLUSIVE MODE');
      await makeDue(site, learners.slice(half), JUST_NOW);
      await until('a batch under way', DECIDED_MS, () => isHeldUp(site));
      await site.stack.kill('scheduler');
      for (const { pid } of others) process.kill(pid, 'SIGCONT');
      await gate.query('COMMIT');
      await gate.end();
      return { learners: learners.length, ...(await judgeDailies(site, learners)) };
    }),
};

/** The queue loses everything while deliveries are being sent. */
export const fanOutFlushed: FaultCase = {
  name: 'lost-flush',
  about: 'FLUSHALL in the middle of sending to 10,000 learners: one daily each, all sent',
  queues: ['redis'],
  run: (conditions) =>
    withSite(conditions, {}, async (site) => {
      const learners = await seedLearners(site, conditions.quick ? 2_000 : 10_000, JUST_NOW);
      await makeDue(site, learners, JUST_NOW);
      const some = learners.length / 10;
      await until('some sent', SENT_MS, async () => (await countDailies(site, learners)).sent >= some);
      const redis = new Redis(site.redis().url);
      await redis.flushall();
      redis.disconnect();
      const { sent } = await countDailies(site, learners);
      return { learners: learners.length, sentBefore: sent, ...(await judgeDailies(site, learners)) };
    }),
};

/** Waits until everybody's daily is sent; then there is one for each learner, and one message. */
export async function judgeDailies(site: Site, learners: readonly number[]): Promise<Finding> {
  const sentSeconds = await seconds(() =>
    until('all sent', SENT_MS, async () => (await countDailies(site, learners)).sent >= learners.length),
  );
  const { without, surplus, stillDue } = await countDailies(site, learners);
  const messages = await sandboxClient(site.stack.sandboxUrl).countCalls('sendMessage');
  const extraMessages = messages - learners.length;
  const ok = without + surplus + stillDue + extraMessages === 0;
  return { ok, lost: without, duplicated: surplus, extraMessages, stillDue, sentSeconds };
}

async function allDecided(site: Site, learners: readonly number[]): Promise<boolean> {
  return (await countDailies(site, learners)).without === 0;
}

/** Whether a scheduler has its deliveries written and waits for the lock before it can commit. */
async function isHeldUp(site: Site): Promise<boolean> {
  const [row] = await site.sql<{ waiting: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
       WHERE c.relname = 'distribution_runs' AND NOT l.granted AND l.mode = 'RowExclusiveLock') AS waiting`,
  );
  return row?.waiting ?? false;
}
