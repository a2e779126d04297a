import { setTimeout as wait } from 'node:timers/promises';
import { until } from '../../stack/until.ts';
import { countDone, drain, seconds } from '../drain.ts';
import { bothQueues, type FaultCase } from '../faultCase.ts';
import { judge } from '../judge.ts';
import { post, repliesBetween } from '../load.ts';
import { seedAudience, tapOn } from '../questions.ts';
import { sandboxClient } from '../sandbox.ts';
import { type Site, withSite } from '../site.ts';

const QUESTIONS = 4;
const REFUSED_WITHIN_MS = 500;
const RESUMED_WITHIN_S = 20;
const DRAIN_MS = 60_000;
const RETRY_MS = 120_000;

/** PostgreSQL is stopped and comes back. */
export const postgresStopped: FaultCase = {
  name: 'postgres-stopped',
  about:
    'PostgreSQL is stopped: 503 within 500 ms; all goes on within 20 s of its return in the same processes',
  queues: bothQueues,
  run: (conditions) =>
    withSite(conditions, { durable: true }, async (site) => {
      const awayMs = conditions.quick ? 5_000 : 25_000;
      const audience = await seedAudience(site, conditions.quick ? 75 : 250, QUESTIONS);
      const taps = audience.asked.map((asked, n) => tapOn(asked, n));
      const [probe, ...updates] = await sandboxClient(site.stack.sandboxUrl).makeUpdates(taps.reverse());
      if (probe === undefined) throw new Error('nobody was asked anything');
      const before = pids(site);
      const perSecond = updates.length / (awayMs / 1000);
      const posting = post(site.stack.webhookUrl, updates, { perSecond, retryForMs: RETRY_MS });
      await wait(awayMs / 2);
      await site.postgres.stop('fast');
      const away = performance.now();
      await wait(awayMs);
      const back = performance.now();
      await site.postgres.start();
      const resumedSeconds = await seconds(async () => {
        await post(site.stack.webhookUrl, [probe], { retryForMs: RETRY_MS });
        await until('an answer done', DRAIN_MS, () => isDone(site, probe.updateId));
      });
      const { accepted, replies } = await posting;
      accepted.add(probe.updateId);
      const drainedSeconds = await drain(site, DRAIN_MS);
      const without = repliesBetween(replies, away, back);
      const refused = without.count > 0 && without.statuses[503] === without.count;
      const sameProcesses = before === pids(site);
      const verdict = await judge(site, audience, accepted);
      const inTime = without.p99Ms <= REFUSED_WITHIN_MS && resumedSeconds <= RESUMED_WITHIN_S;
      const ok = verdict.ok && refused && inTime && sameProcesses && accepted.size === taps.length;
      const sizes = { updates: taps.length, accepted: accepted.size, awaySeconds: awayMs / 1000 };
      return { ...sizes, without, resumedSeconds, drainedSeconds, sameProcesses, ...verdict, ok };
    }),
};

/** Every connection is ended, again and again. */
export const postgresTerminated: FaultCase = {
  name: 'pg-terminate-backend',
  about: 'every connection to PostgreSQL is ended each second while answers are in flight',
  queues: bothQueues,
  run: (conditions) =>
    withSite(conditions, {}, async (site) => {
      const audience = await seedAudience(site, conditions.quick ? 75 : 500, QUESTIONS);
      const taps = audience.asked.map((asked, n) => tapOn(asked, n));
      const updates = await sandboxClient(site.stack.sandboxUrl).makeUpdates(taps);
      const before = pids(site);
      const rounds = conditions.quick ? 5 : 15;
      const posting = post(site.stack.webhookUrl, updates, {
        perSecond: updates.length / rounds,
        retryForMs: RETRY_MS,
      });
      await until('answers under way', DRAIN_MS, async () => (await countDone(site)) > 0);
      let ended = 0;
      for (let round = 0; round < rounds; round++) {
        const [row] = await site.sql<{ ended: number }>(
          `SELECT count(pg_terminate_backend(pid))::int AS ended FROM pg_stat_activity
           WHERE backend_type = 'client backend' AND application_name LIKE 'rung%'`,
        );
        ended += row?.ended ?? 0;
        await wait(1_000);
      }
      const { accepted } = await posting;
      const drainedSeconds = await drain(site, DRAIN_MS);
      const sameProcesses = before === pids(site);
      const verdict = await judge(site, audience, accepted);
      const ok = verdict.ok && ended > 0 && sameProcesses && accepted.size === updates.length;
      const sizes = { updates: updates.length, accepted: accepted.size, connectionsEnded: ended };
      return { ...sizes, drainedSeconds, sameProcesses, ...verdict, ok };
    }),
};

async function isDone(site: Site, updateId: number): Promise<boolean> {
  const rows = await site.sql(`SELECT FROM telegram_updates WHERE update_id = $1 AND status = 'done'`, [
    updateId,
  ]);
  return rows.length > 0;
}

/** The running services by process; throws when one of them has ended. */
function pids(site: Site): string {
  return (['gateway', 'scheduler', 'worker'] as const).map((name) => site.service(name).pid).join(' ');
}
