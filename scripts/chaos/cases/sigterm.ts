import { setTimeout as wait } from 'node:timers/promises';
import type { Service } from '../../stack/stack.ts';
import { until } from '../../stack/until.ts';
import { drain } from '../drain.ts';
import { countDailies, makeDue, seedLearners } from '../due.ts';
import { bothQueues, type FaultCase } from '../faultCase.ts';
import { judge } from '../judge.ts';
import { post } from '../load.ts';
import { seedAudience, tapOn } from '../questions.ts';
import { sandboxClient } from '../sandbox.ts';
import { type Site, withSite } from '../site.ts';

const services: readonly Service[] = ['worker', 'gateway', 'scheduler'];
const QUESTIONS = 10;
const TAPS_PER_SECOND = 60;
/** Learners whose daily question comes due at each restart. */
const DUE_EACH = 20;
const JUST_NOW = 1;
const PAUSE_MS = 500;
/** The reconciler may have something to bring back. */
const DRAIN_MS = 120_000;
/** SHUTDOWN_GRACE_MS of the services. */
const GRACE_MS = 25_000;

/** What services log when they could not let go of everything in order. */
const disorder = ['not released in time', 'release failed', 'jobs left behind'];

interface Restart {
  readonly service: Service;
  readonly code: number | null;
  readonly exitMs: number;
}

/** Orderly restarts under load. */
export const sigterm: FaultCase = {
  name: 'sigterm',
  about:
    '20 restarts of each service by SIGTERM, under taps and daily questions: none failed, none stalled, each exit 0 in time',
  queues: bothQueues,
  run: (conditions) =>
    withSite(conditions, {}, async (site) => {
      const rounds = conditions.quick ? 2 : 20;
      const audience = await seedAudience(site, conditions.quick ? 250 : 2_000, QUESTIONS);
      const due = await seedLearners(site, rounds * services.length * DUE_EACH, JUST_NOW);
      const sandbox = sandboxClient(site.stack.sandboxUrl);
      const updates = await sandbox.makeUpdates(audience.asked.map((asked, n) => tapOn(asked, n)));
      const sentBefore = await sandbox.countCalls('sendMessage');

      const restarted = new AbortController();
      const posting = post(site.stack.webhookUrl, updates, {
        perSecond: TAPS_PER_SECOND,
        retryForMs: 60_000,
        signal: restarted.signal,
      });
      const restarts = await restartEach(site, rounds, due, conditions.say);
      restarted.abort();
      const { accepted, refused, leftOut } = await posting;
      const drainedSeconds = await drain(site, DRAIN_MS);
      await until(
        'daily questions sent',
        DRAIN_MS,
        async () => (await countDailies(site, due)).sent >= due.length,
      );

      const taps = await judge(site, audience, accepted);
      const dailies = await countDailies(site, due);
      const doubledMessages = (await sandbox.countCalls('sendMessage')) - sentBefore - due.length;
      const lost = taps.lost + refused + dailies.without;
      const duplicated = taps.duplicated + dailies.surplus + doubledMessages;
      const failed = site.logged('job failed for good') + site.logged('job will be retried');
      const stalled = site.logged('job stalled') + site.logged('job isolated');
      const disorderly =
        restarts.filter(({ code }) => code !== 0).length +
        disorder.reduce((sum, text) => sum + site.logged(text), 0);
      const longestExitSeconds = Object.fromEntries(
        services.map((name) => [name, longestSeconds(restarts.filter(({ service }) => service === name))]),
      );
      const ok = taps.ok && lost + duplicated + failed + stalled + disorderly === 0;
      return {
        ok,
        lost,
        duplicated,
        restarts: restarts.length,
        failed,
        stalled,
        disorderly,
        longestExitSeconds,
        taps: accepted.size,
        // None: the load was over before the last restart.
        tapsLeft: leftOut,
        dailies: dailies.sent,
        // Left to the reconciler, which takes its time.
        enqueuedLate: site.logged('queue trouble'),
        drainedSeconds,
        different: taps.different,
        untold: taps.untold,
      };
    }),
};

/** Restarts each service in turn, `rounds` times; meanwhile the learners of `due` become due, some at each restart. */
async function restartEach(
  site: Site,
  rounds: number,
  due: readonly number[],
  say: (text: string) => void,
): Promise<Restart[]> {
  const restarts: Restart[] = [];
  for (let n = 0; n < rounds * services.length; n++) {
    const service = services[n % services.length] ?? 'worker';
    await makeDue(site, due.slice(n * DUE_EACH, (n + 1) * DUE_EACH), JUST_NOW);
    await wait(PAUSE_MS);
    const started = performance.now();
    const { code } = await site.service(service).stop(GRACE_MS);
    const exitMs = performance.now() - started;
    restarts.push({ service, code, exitMs });
    say(`${service} ended with ${code} after ${Math.round(exitMs)} ms`);
    await site.stack.start(service);
  }
  return restarts;
}

function longestSeconds(restarts: readonly Restart[]): number {
  return Math.round(Math.max(...restarts.map(({ exitMs }) => exitMs)) / 10) / 100;
}
