import { until } from '../../stack/until.ts';
import { countOpen, drain } from '../drain.ts';
import { countDailies, makeDue, seedLearners } from '../due.ts';
import { bothQueues, type FaultCase } from '../faultCase.ts';
import { judge } from '../judge.ts';
import { post } from '../load.ts';
import { seedAudience, tapOn } from '../questions.ts';
import { type BotCall, sandboxClient } from '../sandbox.ts';
import { type Site, withSite } from '../site.ts';

const SETTLED_MS = 180_000;
const QUESTIONS = 2;
const RETRY_AFTER_S = 7;
/** The client gives a request up after 10 s and tries it once more. */
const TIMEOUTS_PER_CHAT = 1;
const MOST_TRIES = 5;

/** What Telegram may do, to answers and to daily questions. */
export const telegram: FaultCase = {
  name: 'telegram',
  about:
    '429 with retry_after 7, 5xx, timeouts that applied, learners who have blocked the bot, while answers and dailies go out',
  queues: bothQueues,
  run: (conditions) =>
    withSite(conditions, {}, async (site) => {
      const scale = conditions.quick ? 1 : 4;
      const answers = await answersUnderFaults(site, 60 * scale, conditions.quick);
      const dailies = await dailiesUnderFaults(site, 20 * scale);
      const ok = answers.ok && dailies.ok;
      const lost = answers.lost + dailies.lost;
      return { ok, lost, duplicated: answers.duplicated + dailies.duplicated, answers, dailies };
    }),
};

/** Every chat but a few is told to wait once, and one call in ten fails. */
async function answersUnderFaults(site: Site, learners: number, quick: boolean) {
  const sandbox = sandboxClient(site.stack.sandboxUrl);
  const audience = await seedAudience(site, learners, QUESTIONS);
  const slowed = audience.learners.filter((_, n) => n % 10 === 0);
  await sandbox.setFaults([
    ...slowed.map((chatId) => ({ kind: 'tooManyRequests', retryAfter: RETRY_AFTER_S, chatId, count: 1 })),
    { kind: 'serverError', status: 502, probability: 0.05 },
  ]);
  const updates = await sandbox.makeUpdates(audience.asked.map((asked, n) => tapOn(asked, n)));
  const { accepted } = await post(site.stack.webhookUrl, updates, { perSecond: quick ? 20 : 30 });
  await until('all done or dead', SETTLED_MS, async () => (await countOpen(site)) === 0);
  const violations = await sandbox.violations();
  await sandbox.setFaults([]);
  const tooSoon = countTooSoon(await sandbox.calls());
  const verdict = await judge(site, audience, accepted);
  const ok = verdict.ok && violations === 0 && tooSoon === 0;
  return { updates: updates.length, slowedChats: slowed.length, violations, tooSoon, ...verdict, ok };
}

/** Calls to a chat less than `retry_after` after its 429. */
function countTooSoon(calls: readonly BotCall[]): number {
  const quietUntil = new Map<number, number>();
  let tooSoon = 0;
  for (const { at, chatId, errorCode, params } of calls) {
    if (chatId === null || !('chat_id' in params)) continue;
    if (at < (quietUntil.get(chatId) ?? 0)) tooSoon += 1;
    if (errorCode === 429) quietUntil.set(chatId, at + RETRY_AFTER_S * 1000);
  }
  return tooSoon;
}

/** A quarter of the learners has blocked the bot, a quarter's messages arrive without an answer, a quarter gets 5xx. */
async function dailiesUnderFaults(site: Site, each: number) {
  const sandbox = sandboxClient(site.stack.sandboxUrl);
  const learners = await seedLearners(site, 4 * each, 1);
  const [blocked, timedOut, failing, well] = [0, 1, 2, 3].map((part) =>
    learners.slice(part * each, (part + 1) * each),
  );
  if (!blocked || !timedOut || !failing || !well) throw new Error('four parts');
  const before = (await sandbox.calls()).length;
  await sandbox.setFaults([
    ...blocked.map((chatId) => ({ kind: 'blocked', chatId })),
    ...timedOut.map((chatId) => ({ kind: 'timeout', apply: true, chatId, count: TIMEOUTS_PER_CHAT })),
    ...failing.map((chatId) => ({ kind: 'serverError', status: 500, chatId, count: 2 })),
  ]);
  await makeDue(site, learners, 1);
  const reachable = [...timedOut, ...failing, ...well];
  await until('all sent', SETTLED_MS, async () => {
    return (await countDailies(site, reachable)).sent === reachable.length;
  });
  await until('the others deactivated', SETTLED_MS, async () => (await countBlocked(site, blocked)) === each);
  await drain(site, SETTLED_MS);
  await sandbox.setFaults([]);
  const calls = (await sandbox.calls()).slice(before).filter(({ method }) => method === 'sendMessage');
  const tries = (ids: readonly number[]) =>
    ids.map((id) => calls.filter(({ chatId }) => chatId === id).length);
  const callsToBlocked = Math.max(...tries(blocked));
  const mostTries = Math.max(...tries(learners));
  const copies = await Promise.all(reachable.map(async (id) => (await sandbox.chat(id)).messages.length));
  const doubled = copies.filter((count) => count > 1).length;
  const { without, surplus } = await countDailies(site, learners);
  const ok =
    without + surplus === 0 &&
    callsToBlocked === 1 &&
    mostTries <= MOST_TRIES &&
    Math.max(...copies) <= 2 &&
    doubled <= timedOut.length;
  return { ok, lost: without, duplicated: surplus, callsToBlocked, mostTries, doubledMessages: doubled };
}

async function countBlocked(site: Site, learners: readonly number[]): Promise<number> {
  const [row] = await site.sql<{ count: number }>(
    `SELECT count(*)::int AS count FROM users u JOIN user_questions d USING (user_id)
     WHERE u.user_id = ANY($1::bigint[]) AND u.blocked_at IS NOT NULL AND d.state = 'blocked'`,
    [learners],
  );
  return row?.count ?? 0;
}
