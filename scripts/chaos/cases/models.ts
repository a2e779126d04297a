import { outputAttempts } from '../../../packages/questions/test/generation/injection/outputs.ts';
import type { Behaviour } from '../../stack/model/behaviour.ts';
import { type ModelServer, startModelServer } from '../../stack/modelServer.ts';
import { until } from '../../stack/until.ts';
import { makeDue, seedLearners } from '../due.ts';
import { bothQueues, type FaultCase } from '../faultCase.ts';
import { sandboxClient } from '../sandbox.ts';
import { type Site, withSite } from '../site.ts';

/** A delivery waits this long for a model at most. */
const DEADLINE_S = 10;
/** What else lies between a slot and a message: the scheduler's tick, the queue, the sending. */
const SLACK_S = 3;
const SETTLED_MS = 60_000;
const PROVIDER_TIMEOUT_MS = 4_000;

/** What the preferred provider does; the other one is `down` or well. */
interface Trial {
  readonly name: string;
  readonly behaviour: Behaviour;
  readonly other: 'good' | 'server_error';
}

const FAULTS: readonly [string, Behaviour][] = [
  ['timeout', 'hang'],
  ['endless answer', 'trickle'],
  ['500', 'server_error'],
  ['429 with retry-after', { retryAfterS: 30 }],
  ['broken JSON', 'broken_json'],
  ['10 MB', 'huge'],
  ['refusal', 'refusal'],
  ['truncated', 'truncated'],
  ['two right options', 'two_right'],
  ['wrong key', 'wrong_key'],
  ['profanity', 'profanity'],
  ['link', 'link'],
  ['near-duplicate', 'near_duplicate'],
];

function trials(quick: boolean): Trial[] {
  const faults = FAULTS.map(([name, behaviour]): Trial => ({ name, behaviour, other: 'server_error' }));
  const injections = outputAttempts
    .filter(({ field }) => field !== 'option')
    .map(({ name, field, text }): Trial => {
      const behaviour: Behaviour = { question: { [field]: text } };
      return { name: `injection: ${name}`, behaviour, other: 'server_error' };
    });
  const firstDown: Trial = { name: 'first provider down', behaviour: 'server_error', other: 'good' };
  return quick
    ? [...faults.filter((_, n) => n % 6 === 0), ...injections.slice(0, 1), firstDown]
    : [...faults, ...injections, firstDown];
}

/** Whatever models do, a learner who has seen everything gets a valid question in time, and never a bad one. */
export const models: FaultCase = {
  name: 'models',
  about:
    'models that hang, fail, answer 10 MB or nonsense, wrong keys, profanity, links, and more than 50 injections',
  queues: bothQueues,
  async run(conditions) {
    const first = await startModelServer();
    const second = await startModelServer({ firstQuestion: 1_000 });
    const provider = (name: string, { baseUrl }: ModelServer) => ({
      name,
      baseUrl,
      apiKey: `key-of-${name}`,
      model: `${name}-model`,
      timeoutMs: PROVIDER_TIMEOUT_MS,
    });
    const LLM_PROVIDERS = JSON.stringify([provider('first', first), provider('second', second)]);
    try {
      return await withSite(conditions, { env: { LLM_PROVIDERS } }, async (site) => {
        const wrong: string[] = [];
        let slowest = 0;
        let lost = 0;
        const all = trials(conditions.quick);
        for (const { name, behaviour, other } of all) {
          first.behave({ write: behaviour, answer: 'good' });
          second.behave(other);
          const { seconds, sources, sent } = await askOnce(site);
          conditions.say(`${name}: ${seconds.toFixed(1)} s, ${sources.join(', ')}`);
          slowest = Math.max(slowest, seconds);
          if (!sent) lost += 1;
          const expected = other === 'good' ? 'second-model' : 'static';
          if (!sources.every((source) => source === expected)) wrong.push(name);
          // What a trial has opened is no matter of the next: a process that has just begun has closed circuits.
          await site.killAndRestart('worker');
        }
        const leaked = await countLeaks(site);
        const rejected = await site.sql<{ reason: string; count: number }>(
          'SELECT reason, count(*)::int AS count FROM rejected_questions GROUP BY 1 ORDER BY 1',
        );
        const ok = wrong.length + lost + leaked === 0 && slowest <= DEADLINE_S + SLACK_S;
        const reasons = Object.fromEntries(rejected.map(({ reason, count }) => [reason, count]));
        return { ok, lost, duplicated: 0, trials: all.length, wrong, leaked, slowest, rejected: reasons };
      });
    } finally {
      await first.close();
      await second.close();
    }
  },
};

/** A learner who has seen every question there is gets the next; where it came from, and how long it took. */
async function askOnce(site: Site): Promise<{ seconds: number; sources: string[]; sent: boolean }> {
  const learners = await seedLearners(site, 1, 1);
  await site.sql(
    `INSERT INTO user_questions (user_id, question_id, question_version, kind, slot_at, local_date, expires_at, state,
       option_order, level, sent_at, latest)
     SELECT l.id, q.id, q.version, 'practice', '2026-01-01', '2026-01-01', '2026-01-01', 'expired', '{0,1,2,3}', q.level,
       '2026-01-01', true
     FROM unnest($1::bigint[]) AS l (id) CROSS JOIN questions q WHERE q.status = 'active'`,
    [learners],
  );
  const started = performance.now();
  await makeDue(site, learners, 1);
  const find = () =>
    site.sql<{ source: string }>(
      `SELECT q.source FROM user_questions d JOIN questions q ON q.id = d.question_id
       WHERE d.user_id = ANY ($1::bigint[]) AND d.kind = 'daily' AND d.state = 'sent'`,
      [learners],
    );
  const sent = await until('the question', SETTLED_MS, async () => (await find()).length === learners.length)
    .then(() => true)
    .catch(() => false);
  const seconds = (performance.now() - started) / 1000;
  return { seconds, sources: (await find()).map(({ source }) => source), sent };
}

/** Messages with a link or with words of an attempt, and questions stored that hold any. */
async function countLeaks(site: Site): Promise<number> {
  const sandbox = sandboxClient(site.stack.sandboxUrl);
  const shown = (await sandbox.calls()).map(({ params }) => String(params.text ?? ''));
  const stored = await site.sql<{ text: string }>(
    `SELECT concat_ws(' ', question_text, options::text, explanation, reference) AS text FROM questions
     WHERE source <> 'static'`,
  );
  const texts = [...shown, ...stored.map(({ text }) => text)];
  return texts.filter(
    (text) => /https?:/.test(text) || outputAttempts.some((attempt) => text.includes(attempt.text)),
  ).length;
}
