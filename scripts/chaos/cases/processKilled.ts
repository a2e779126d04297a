import { until } from '../../stack/until.ts';
import { countDone, drain } from '../drain.ts';
import { bothQueues, type FaultCase } from '../faultCase.ts';
import { judge } from '../judge.ts';
import { post } from '../load.ts';
import { seedAudience, tapOn } from '../questions.ts';
import { sandboxClient } from '../sandbox.ts';
import { withSite } from '../site.ts';

const QUESTIONS = 4;
const DRAIN_MS = 60_000;

/** SIGKILL of the worker while answers are in flight, twice. */
export const workerKilled: FaultCase = {
  name: 'worker-killed',
  about: '2,000 answers in flight, SIGKILL of the worker, and of the one that follows',
  queues: bothQueues,
  run: (conditions) =>
    withSite(conditions, {}, async (site) => {
      const audience = await seedAudience(site, conditions.quick ? 75 : 500, QUESTIONS);
      const taps = audience.asked.map((asked, n) => tapOn(asked, n));
      const updates = await sandboxClient(site.stack.sandboxUrl).makeUpdates(taps);
      const posting = post(site.stack.webhookUrl, updates);
      for (const share of [0.2, 0.5]) {
        const enough = share * updates.length;
        await until('answers under way', 60_000, async () => (await countDone(site)) >= enough);
        await site.killAndRestart('worker');
        conditions.say(`worker killed after ${await countDone(site)} of ${updates.length}`);
      }
      const { accepted } = await posting;
      const drainedSeconds = await drain(site, DRAIN_MS);
      const verdict = await judge(site, audience, accepted);
      return { updates: updates.length, accepted: accepted.size, kills: 2, drainedSeconds, ...verdict };
    }),
};

/** SIGKILL of the gateway while updates come in, twice. */
export const gatewayKilled: FaultCase = {
  name: 'gateway-killed',
  about:
    '2,000 answers on their way in, SIGKILL of the gateway, twice; Telegram sends again what was not accepted',
  queues: bothQueues,
  run: (conditions) =>
    withSite(conditions, {}, async (site) => {
      const audience = await seedAudience(site, conditions.quick ? 75 : 500, QUESTIONS);
      const taps = audience.asked.map((asked, n) => tapOn(asked, n));
      const updates = await sandboxClient(site.stack.sandboxUrl).makeUpdates(taps);
      const posting = post(site.stack.webhookUrl, updates, {
        perSecond: updates.length / 8,
        retryForMs: 60_000,
      });
      for (const share of [0.2, 0.6]) {
        await until('updates coming in', 60_000, async () => {
          const [row] = await site.sql<{ count: number }>(`SELECT count(*)::int FROM telegram_updates`);
          return (row?.count ?? 0) >= share * updates.length;
        });
        await site.killAndRestart('gateway');
      }
      const { accepted, replies } = await posting;
      const unanswered = replies.filter(({ status }) => status === 0).length;
      const drainedSeconds = await drain(site, DRAIN_MS);
      const verdict = await judge(site, audience, accepted);
      const ok = verdict.ok && accepted.size === updates.length;
      const counts = { updates: updates.length, accepted: accepted.size, unanswered, kills: 2 };
      return { ...counts, drainedSeconds, ...verdict, ok };
    }),
};
