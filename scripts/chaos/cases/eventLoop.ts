import { setTimeout as wait } from 'node:timers/promises';
import { drain } from '../drain.ts';
import { bothQueues, type FaultCase } from '../faultCase.ts';
import { judge } from '../judge.ts';
import { post } from '../load.ts';
import { seedAudience, tapOn } from '../questions.ts';
import { sandboxClient } from '../sandbox.ts';
import { withSite } from '../site.ts';

const QUESTIONS = 4;
const DRAIN_MS = 60_000;
/** Longer than a job's lock (10 s) and the look for stalled ones (5 s): the other worker has taken the jobs by then. */
const BLOCKED_MS = 17_000;

/** A worker that hangs beyond its locks, and goes on with jobs that another has done since. */
export const eventLoopBlocked: FaultCase = {
  name: 'event-loop-blocked',
  about:
    'one of two workers hangs (SIGSTOP) beyond the lock of its jobs, then goes on with them: one effect each',
  queues: bothQueues,
  run: (conditions) =>
    withSite(conditions, {}, async (site) => {
      await site.stack.start('worker', 1);
      const audience = await seedAudience(site, conditions.quick ? 75 : 500, QUESTIONS);
      const taps = audience.asked.flatMap((asked, n) => [tapOn(asked, n), tapOn(asked, n + 1)]);
      const updates = await sandboxClient(site.stack.sandboxUrl).makeUpdates(taps);
      const posting = post(site.stack.webhookUrl, updates, { perSecond: updates.length / 10 });
      const { pid } = site.service('worker');
      const rounds = conditions.quick ? 1 : 3;
      for (let round = 0; round < rounds; round++) {
        await wait(1_500);
        process.kill(pid, 'SIGSTOP');
        await wait(BLOCKED_MS);
        process.kill(pid, 'SIGCONT');
      }
      const { accepted } = await posting;
      const drainedSeconds = await drain(site, DRAIN_MS);
      const stalled = site.logged('job stalled');
      const verdict = await judge(site, audience, accepted);
      // Without a stalled job the worker was caught with empty hands, and nothing has been shown.
      const ok = verdict.ok && stalled > 0;
      return { updates: updates.length, rounds, stalled, drainedSeconds, ...verdict, ok };
    }),
};
