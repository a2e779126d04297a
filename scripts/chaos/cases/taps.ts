import { createHash } from 'node:crypto';
import { seededRandom } from '@rung/domain';
import { until } from '../../stack/until.ts';
import { drain } from '../drain.ts';
import { bothQueues, type FaultCase } from '../faultCase.ts';
import { countUnhandled, judge } from '../judge.ts';
import { post } from '../load.ts';
import { seedAudience, tapOn } from '../questions.ts';
import { type Action, sandboxClient } from '../sandbox.ts';
import { type Site, withSite } from '../site.ts';

const DRAIN_MS = 120_000;
const COPIES = 3;

/** Two options tapped at once; every update three times, shuffled, and all of them once more at the end. */
export const doubleTaps: FaultCase = {
  name: 'double-taps',
  about:
    '1,000 learners tap two options at once, each update comes three times, shuffled, and again: one effect each',
  queues: bothQueues,
  run: (conditions) =>
    withSite(conditions, {}, async (site) => {
      await site.stack.start('worker', 1);
      const audience = await seedAudience(site, conditions.quick ? 250 : 1_000, 1);
      const taps = audience.asked.flatMap((asked, n) => [tapOn(asked, n), tapOn(asked, n + 1)]);
      const updates = await sandboxClient(site.stack.sandboxUrl).makeUpdates(taps);
      const copies = Array.from({ length: COPIES }, () => updates).flat();
      const { accepted } = await post(site.stack.webhookUrl, shuffled(copies), { lanes: 'none' });
      const drainedSeconds = await drain(site, DRAIN_MS);
      await post(site.stack.webhookUrl, shuffled(updates), { lanes: 'none' });
      await drain(site, DRAIN_MS);
      const verdict = await judge(site, audience, accepted);
      const ok = verdict.ok && verdict.answers === audience.learners.length;
      const learners = audience.learners.length;
      return { learners, posted: (COPIES + 1) * updates.length, drainedSeconds, ...verdict, ok };
    }),
};

/** Taps that must change nothing. */
export const uselessTaps: FaultCase = {
  name: 'useless-taps',
  about:
    "somebody else's question, malformed data, an expired or answered question: a notice, and no row changes",
  queues: bothQueues,
  run: (conditions) =>
    withSite(conditions, {}, async (site) => {
      const sandbox = sandboxClient(site.stack.sandboxUrl);
      const audience = await seedAudience(site, conditions.quick ? 200 : 1_000, 1);
      const { asked } = audience;
      // A third has answered, a third has let the question expire, a third has it open.
      const answers = await sandbox.makeUpdates(
        asked.filter((_, n) => n % 3 === 0).map((each) => tapOn(each, 0)),
      );
      await post(site.stack.webhookUrl, answers);
      const late = asked.filter((_, n) => n % 3 === 1).map(({ deliveryId }) => deliveryId);
      await site.sql(
        `UPDATE user_questions SET expires_at = date_trunc('second', now()) WHERE id = ANY($1::bigint[])`,
        [late],
      );
      await drain(site, DRAIN_MS);
      await until('expiries told', DRAIN_MS, async () => {
        const [row] = await site.sql<{ told: number }>(
          `SELECT count(*)::int AS told FROM user_questions WHERE state = 'expired' AND feedback_delivered_at IS NOT NULL`,
        );
        return row?.told === late.length;
      });

      const before = await fingerprint(site);
      const useless = asked.flatMap((own, n): Action[] => {
        const chatId = Number(own.userId);
        const { messageId } = own;
        const others = asked[(n + 1) % asked.length] ?? own;
        const malformed = [`a:${own.deliveryId}:4`, `a:-1:0`, `a:${own.deliveryId}:1;`, 'drop', 't:2560'];
        return [
          { chatId, messageId, data: `a:${others.deliveryId}:${n % 4}` },
          { chatId, messageId, data: malformed[n % malformed.length] ?? '' },
          { chatId, messageId, data: `a:9223372036854775807:0` },
          ...(n % 3 === 2 ? [] : [tapOn(own, n)]),
        ];
      });
      const updates = await sandbox.makeUpdates(useless);
      const { accepted } = await post(site.stack.webhookUrl, updates, { lanes: 'none' });
      const drainedSeconds = await drain(site, DRAIN_MS);
      const changed = before !== (await fingerprint(site));
      const lost = await countUnhandled(site, accepted);
      const notices = await countNotices(site, audience.learners, answers.length);
      const ok = !changed && lost === 0 && notices === updates.length && accepted.size === updates.length;
      return { ok, lost, duplicated: 0, changed, taps: updates.length, notices, drainedSeconds };
    }),
};

/** Notices that learners have seen, without those for the answers that counted. */
async function countNotices(site: Site, learners: readonly number[], graded: number): Promise<number> {
  const sandbox = sandboxClient(site.stack.sandboxUrl);
  const chats = await Promise.all(learners.map((learner) => sandbox.chat(learner)));
  return chats.reduce((sum, { notices }) => sum + notices.length, 0) - graded;
}

const tables = [
  'users',
  'user_questions',
  'user_answers',
  'streak_history',
  'topic_performance',
  'wrong_answers',
  'outbox_events',
  'conversations',
];

/** One value for every row of every table that learners' doings may change. */
async function fingerprint(site: Site): Promise<string> {
  const hash = createHash('sha256');
  for (const table of tables) {
    const rows = await site.sql<{ row: string }>(`SELECT t::text AS row FROM ${table} t ORDER BY 1`);
    hash.update(JSON.stringify(rows));
  }
  return hash.digest('hex');
}

function shuffled<T>(items: readonly T[]): T[] {
  const random = seededRandom('the order in which copies come');
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
