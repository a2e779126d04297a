import { setTimeout as wait } from 'node:timers/promises';
import { drain } from '../drain.ts';
import { bothQueues, type Conditions, type FaultCase } from '../faultCase.ts';
import { judge } from '../judge.ts';
import { post, type Update } from '../load.ts';
import { type Audience, seedAudience, tapOn } from '../questions.ts';
import { type Action, sandboxClient } from '../sandbox.ts';
import { type Site, withSite } from '../site.ts';

const DRAIN_MS = 60_000;
const QUESTIONS = 3;
/** Updates per learner: an answer to each question, a second option for the first, and a command. */
const PER_LEARNER = QUESTIONS + 2;

/** Everything fails in turns while updates come in. */
export const accepted: FaultCase = {
  name: 'accepted',
  about:
    '5,000 updates while worker, gateway, Redis and PostgreSQL fail in turns every 5-10 s: each has its effect once',
  queues: bothQueues,
  run: (conditions) =>
    withSite(conditions, { durable: true }, async (site) => {
      const audience = await seedAudience(site, conditions.quick ? 80 : 1_000, QUESTIONS);
      const { updates, newcomers } = await makeUpdates(site, audience);
      const faults = conditions.quick ? 4 : 12;
      const posting = post(site.stack.webhookUrl, updates, {
        perSecond: updates.length / (faults * 6),
        retryForMs: 180_000,
      });
      const injected = await failInTurns(site, conditions, faults);
      const { accepted, replies, refused } = await posting;
      const drainedSeconds = await drain(site, DRAIN_MS);
      const verdict = await judge(site, audience, accepted);
      const strangers = await countUnwelcomed(site, newcomers);
      const complete = accepted.size === updates.length && refused === 0;
      const repeated = replies.length - updates.length;
      return {
        updates: updates.length,
        accepted: accepted.size,
        repeated,
        faults: injected,
        drainedSeconds,
        ...verdict,
        lost: verdict.lost + strangers.lost,
        duplicated: verdict.duplicated + strangers.duplicated,
        ok: verdict.ok && complete && strangers.lost + strangers.duplicated === 0,
      };
    }),
};

/** Taps, second taps and commands of the audience, and /start of people who come new; one learner's in order. */
async function makeUpdates(
  site: Site,
  audience: Audience,
): Promise<{ updates: Update[]; newcomers: number[] }> {
  const sandbox = sandboxClient(site.stack.sandboxUrl);
  const newcomers = await sandbox.addLearners(Math.floor(audience.learners.length / 5), 'Newcomer');
  const actions: Action[] = [];
  for (let round = 0; round < PER_LEARNER; round++) {
    for (const [n, chatId] of audience.learners.entries()) {
      const asked = audience.asked[n * QUESTIONS + (round % QUESTIONS)];
      const newcomer = newcomers[n];
      if (round === PER_LEARNER - 1)
        actions.push(
          newcomer === undefined ? { chatId, text: '/stats' } : { chatId: newcomer, text: '/start' },
        );
      else if (asked !== undefined) actions.push(tapOn(asked, n + round));
    }
  }
  return { updates: await sandbox.makeUpdates(actions), newcomers };
}

/** One fault after the other, 5-10 s apart, with each server back before the next; resolves to how many of each. */
async function failInTurns(
  site: Site,
  { queue, say }: Conditions,
  count: number,
): Promise<Record<string, number>> {
  let emptied = false;
  const turns: readonly [string, () => Promise<unknown>][] = [
    ['worker killed', () => site.killAndRestart('worker')],
    [
      'postgres stopped',
      async () => {
        await site.postgres.stop('immediate');
        await wait(2_000);
        await site.postgres.start();
      },
    ],
    ['gateway killed', () => site.killAndRestart('gateway')],
    [
      'redis killed',
      async () => {
        await site.redis().kill();
        await wait(1_000);
        // Now with what its file kept, now with nothing.
        await site.startRedis(emptied ? 'emptied' : 'kept');
        emptied = !emptied;
      },
    ],
  ];
  const usable = turns.filter(([name]) => queue === 'redis' || name !== 'redis killed');
  const injected: Record<string, number> = {};
  for (let n = 0; n < count; n++) {
    const [name, fail] = usable[n % usable.length] ?? ['', async () => undefined];
    await wait(3_000 + ((n * 1_700) % 4_000));
    say(name);
    await fail();
    injected[name] = (injected[name] ?? 0) + 1;
  }
  return injected;
}

/** Newcomers who are no learners now, and rows of learners beyond one each. */
async function countUnwelcomed(
  site: Site,
  newcomers: readonly number[],
): Promise<{ lost: number; duplicated: number }> {
  const [row] = await site.sql<{ learners: number }>(
    `SELECT count(*)::int AS learners FROM users WHERE user_id = ANY($1::bigint[]) AND level = 2 AND streak = 0`,
    [newcomers],
  );
  const sandbox = sandboxClient(site.stack.sandboxUrl);
  const chats = await Promise.all(newcomers.map((newcomer) => sandbox.chat(newcomer)));
  const greeted = chats.filter(({ messages }) => messages.some(({ from }) => from === 'bot')).length;
  const learners = row?.learners ?? 0;
  return {
    lost: newcomers.length - Math.min(learners, greeted),
    duplicated: Math.max(0, learners - newcomers.length),
  };
}
