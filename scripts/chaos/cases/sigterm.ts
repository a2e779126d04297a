import { setTimeout as wait } from 'node:timers/promises';
import type { Service } from '../../stack/stack.ts';
import { drain } from '../drain.ts';
import { bothQueues, type FaultCase } from '../faultCase.ts';
import { judge } from '../judge.ts';
import { post, quantile } from '../load.ts';
import { seedAudience, tapOn } from '../questions.ts';
import { sandboxClient } from '../sandbox.ts';
import { withSite } from '../site.ts';

const QUESTIONS = 4;
const DRAIN_MS = 60_000;
/** SHUTDOWN_GRACE_MS of the services. */
const GRACE_MS = 25_000;
const services: readonly Service[] = ['worker', 'gateway', 'scheduler'];

/** Orderly restarts under load. */
export const sigterm: FaultCase = {
  name: 'sigterm',
  about:
    '20 restarts by SIGTERM, each service in turn, under load: none failed, none stalled, exit 0 within the grace time',
  queues: bothQueues,
  run: (conditions) =>
    withSite(conditions, {}, async (site) => {
      const restarts = conditions.quick ? 5 : 20;
      const audience = await seedAudience(site, conditions.quick ? 75 : 500, QUESTIONS);
      const taps = audience.asked.map((asked, n) => tapOn(asked, n));
      const updates = await sandboxClient(site.stack.sandboxUrl).makeUpdates(taps);
      const posting = post(site.stack.webhookUrl, updates, {
        perSecond: updates.length / (restarts * 3),
        retryForMs: 60_000,
      });
      const exits: { code: number | null; ms: number }[] = [];
      for (let n = 0; n < restarts; n++) {
        const name = services[n % services.length] ?? 'worker';
        await wait(500);
        const started = performance.now();
        const { code } = await site.service(name).stop(GRACE_MS);
        exits.push({ code, ms: performance.now() - started });
        await site.stack.start(name);
      }
      const { accepted } = await posting;
      const drainedSeconds = await drain(site, DRAIN_MS);
      const failed = site.logged('job failed for good') + site.logged('job will be retried');
      const stalled = site.logged('job stalled');
      const unclean = exits.filter(({ code }) => code !== 0).length;
      const slowestExitMs = quantile(
        exits.map(({ ms }) => ms),
        1,
      );
      const verdict = await judge(site, audience, accepted);
      const ok = verdict.ok && failed + stalled + unclean === 0 && accepted.size === updates.length;
      const counts = { updates: updates.length, restarts, failed, stalled, unclean, slowestExitMs };
      return { ...counts, drainedSeconds, ...verdict, ok };
    }),
};
