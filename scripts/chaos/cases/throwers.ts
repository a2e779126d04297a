import { connectDatabase, makeDeadLetterStore } from '@rung/db';
import { until } from '../../stack/until.ts';
import { countOpen, drain } from '../drain.ts';
import { bothQueues, type FaultCase } from '../faultCase.ts';
import { judge } from '../judge.ts';
import { post, quantile } from '../load.ts';
import { type Audience, seedAudience, tapOn } from '../questions.ts';
import { sandboxClient } from '../sandbox.ts';
import { type Site, withSite } from '../site.ts';

const SETTLED_MS = 120_000;
/** One for each part of the load: calm, with faults, calm, with faults, so that a machine that slows down slows both. */
const QUESTIONS = 4;
const PER_SECOND = 50;
/** p95 may grow by a tenth, and by what two runs of the same load differ on a machine that is busy. */
const SLOWER = 1.1;
const NOISE_MS = 50;

/** Jobs that fail at every attempt, and what becomes of those beside them. */
export const throwers: FaultCase = {
  name: 'throwers',
  about:
    '1 % of the jobs throw: all of them among the dead letters, the others no slower; redriving twice does it once',
  queues: bothQueues,
  run: (conditions) =>
    withSite(conditions, {}, async (site) => {
      const sandbox = sandboxClient(site.stack.sandboxUrl);
      const audience = await seedAudience(site, conditions.quick ? 200 : 1_000, QUESTIONS);
      const chosen = audience.learners.filter((_, n) => n % 100 === 50);
      const faults = chosen.map((chatId) => ({ kind: 'serverError', status: 500, chatId }));
      const calm = new Set<number>();
      const faulty = new Set<number>();
      for (let part = 0; part < QUESTIONS; part++) {
        const isCalm = part % 2 === 0;
        await sandbox.setFaults(isCalm ? [] : faults);
        const asked = audience.asked.filter((_, n) => n % QUESTIONS === part);
        const updates = await sandbox.makeUpdates(asked.map((each, n) => tapOn(each, n)));
        const { accepted } = await post(site.stack.webhookUrl, updates, { perSecond: PER_SECOND });
        for (const updateId of accepted) (isCalm ? calm : faulty).add(updateId);
        // With the faults still there, so that the throwers come to their end.
        await until('all done or dead', SETTLED_MS, async () => (await countOpen(site)) === 0);
      }
      const letters = await countLetters(site, chosen);
      const p95CalmMs = await feedbackP95(site, calm, chosen);
      const p95Ms = await feedbackP95(site, faulty, chosen);

      await sandbox.setFaults([]);
      const redriven = await redriveTwice(site);
      const redrivenSeconds = await drain(site, SETTLED_MS);
      const verdict = await judge(site, audience, new Set([...calm, ...faulty]));
      const throwers = (chosen.length * QUESTIONS) / 2;
      const inTime = p95Ms <= p95CalmMs * SLOWER + NOISE_MS;
      const all = letters.own === throwers && letters.others === 0 && redriven === throwers;
      const sizes = { jobs: calm.size + faulty.size, throwers, letters: letters.own };
      const details = { othersDead: letters.others, p95CalmMs, p95Ms, redriven, redrivenSeconds };
      return { ...sizes, ...details, ...verdict, ok: verdict.ok && all && inTime };
    }),
};

/** Letters of the chosen learners, and of others. */
async function countLetters(site: Site, chosen: readonly number[]): Promise<{ own: number; others: number }> {
  const rows = await site.sql<{ isOwn: boolean }>(
    `SELECT t.user_id = ANY($1::bigint[]) AS "isOwn" FROM dead_letters d
     JOIN telegram_updates t ON t.seq = (d.payload->>'updateSeq')::bigint WHERE t.status = 'dead'`,
    [chosen],
  );
  const own = rows.filter(({ isOwn }) => isOwn).length;
  return { own, others: rows.length - own };
}

/** From received to told, in ms, for these updates of everybody but `except`. */
async function feedbackP95(
  site: Site,
  accepted: ReadonlySet<number>,
  except: Audience['learners'],
): Promise<number> {
  const rows = await site.sql<{ ms: number }>(
    `SELECT (extract(epoch FROM done_at - received_at) * 1000)::float8 AS ms FROM telegram_updates
     WHERE update_id = ANY($1::bigint[]) AND status = 'done' AND user_id <> ALL($2::bigint[])`,
    [[...accepted], except],
  );
  const waits = rows.map(({ ms }) => ms);
  return quantile(waits, 0.95);
}

/** Takes every letter back, twice; how often that did something. */
async function redriveTwice(site: Site): Promise<number> {
  const db = await connectDatabase({ url: site.stack.ownerUrl, poolSize: 2 });
  try {
    const store = makeDeadLetterStore(db);
    const letters = await store.list(1_000);
    const results = await Promise.all(letters.flatMap(({ id }) => [store.redrive(id), store.redrive(id)]));
    return results.filter((letter) => letter !== null).length;
  } finally {
    await db.close();
  }
}
