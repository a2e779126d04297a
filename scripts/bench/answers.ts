import { connectDatabase, makeInboxStore } from '@rung/db';
import { connectQueues, makeProducer } from '@rung/jobs';
import { makeTelegramClient } from '@rung/telegram';
import type pg from 'pg';
import { SANDBOX_TOKEN } from '../stack/stack.ts';
import { until } from '../stack/until.ts';
import { addLearners, addQuestions, withClient } from './learners.ts';
import {
  type Figure,
  median,
  type Place,
  peakMemory,
  type QueueKind,
  type Rig,
  round,
  startProcess,
} from './rig.ts';

const ANSWERS = 3_000;
const CONCURRENCY = 16;
const PATIENCE_MS = 120_000;
const silent = { info() {}, warn() {}, error() {} };

/**
 * Answers a second that a worker grades, commits, tells the sandbox and marks as done, against a loop by hand over pg
 * with the same statements, calls and concurrency. Both begin with updates that are stored.
 */
export async function benchAnswers(rig: Rig, queue: QueueKind, runs: number): Promise<Figure[]> {
  const place = await rig.place(queue);
  const sandbox = await startSandbox();
  const env = {
    DATABASE_URL: place.databaseUrl,
    QUEUE_URL: place.queueUrl,
    TELEGRAM_BOT_TOKEN: SANDBOX_TOKEN,
    TELEGRAM_API_ROOT: sandbox.url,
    WORKER_CONCURRENCY: String(CONCURRENCY),
    DATABASE_POOL_SIZE: String(CONCURRENCY),
  };
  const worker = await startProcess('services/worker/dist/main.js', env);
  const rates = { byHand: [] as number[], ours: [] as number[] };
  try {
    for (let run = 0; run < runs; run++) {
      const seqs = await storeTaps(place, sandbox.url);
      rates.byHand.push(await byHand(env, seqs));
      rates.ours.push(await byWorker(place, await storeTaps(place, sandbox.url)));
    }
    const value = median(rates.ours);
    const baseline = median(rates.byHand);
    return [
      {
        bench: 'answers',
        value: round(value, 0),
        unit: 'answers/s',
        baseline: round(baseline, 0),
        ratio: round(value / baseline),
        queue,
        answers: ANSWERS,
        concurrency: CONCURRENCY,
        memoryMb: await peakMemory(worker.process.pid),
      },
    ];
  } finally {
    await worker.process.stop();
    await sandbox.stop();
  }
}

async function startSandbox(): Promise<{ url: string; stop(): Promise<unknown> }> {
  const sandbox = await startProcess(
    'packages/sandbox/dist/main.js',
    { TELEGRAM_BOT_TOKEN: SANDBOX_TOKEN },
    'sandbox',
  );
  return { url: `http://127.0.0.1:${sandbox.port}`, stop: () => sandbox.process.stop() };
}

/** New learners, each with a question on the screen and a tap on it in the inbox; returns the seqs. */
async function storeTaps(place: Place, sandboxUrl: string): Promise<string[]> {
  const { learners } = await post<{ learners: { id: number }[] }>(`${sandboxUrl}/api/learners`, {
    count: ANSWERS,
  });
  const ids = learners.map(({ id }) => id);
  const from = Math.min(...ids);
  const deliveries = await withClient(place.ownerUrl, async (client) => {
    await addLearners(client, { from, count: ANSWERS, nextDeliveryAt: new Date(Date.now() + 86_400_000) });
    await ensureQuestions(client);
    return addSentDailies(client, from);
  });
  const telegram = makeTelegramClient({ token: SANDBOX_TOKEN, apiRoot: sandboxUrl });
  const shown = new Map<string, number>();
  await inParallel(deliveries, async ({ id, userId }) => {
    const keyboard = [['A', 'B', 'C', 'D'].map((text, i) => ({ text, data: `a:${id}:${i}` }))];
    shown.set(
      id,
      (await telegram.sendMessage(userId, { text: 'A question of ordinary length?', keyboard })).messageId,
    );
  });
  const taps = deliveries.map(({ id, userId }, i) => ({
    chatId: Number(userId),
    messageId: shown.get(id),
    data: `a:${id}:${i % 4}`,
  }));
  const { updates } = await post<{
    updates: { update_id: number; callback_query: { from: { id: number } } }[];
  }>(`${sandboxUrl}/api/updates`, { updates: taps, deliver: false });
  const db = await connectDatabase({ url: place.databaseUrl, poolSize: 1 });
  try {
    const stored = await makeInboxStore(db).store(
      updates.map((update) => ({
        botId: '700000001',
        updateId: update.update_id,
        userId: String(update.callback_query.from.id),
        job: 'answer.grade' as const,
        payload: JSON.stringify(update),
        receivedAt: new Date(),
        quarantine: null,
      })),
    );
    return stored.map(({ seq }) => seq ?? '');
  } finally {
    await db.close();
  }
}

async function ensureQuestions(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM questions LIMIT 1');
  if (rowCount === 0) await addQuestions(client, 11);
}

async function addSentDailies(client: pg.Client, from: number): Promise<{ id: string; userId: string }[]> {
  const { rows } = await client.query<{ id: string; userId: string }>(
    `INSERT INTO user_questions (user_id, question_id, question_version, kind, slot_at, local_date, expires_at, state,
       option_order, level, sent_at, latest)
     SELECT u.user_id, q.id, q.version, 'daily', now(), current_date, now() + interval '12 hours', 'sent', '{2,0,3,1}',
       q.level, now(), true
     FROM users u
     JOIN (SELECT id, version, level, row_number() OVER (ORDER BY id) - 1 AS n, count(*) OVER () AS total FROM questions) q
       ON q.n = u.user_id % q.total
     WHERE u.user_id >= $1 RETURNING id, user_id AS "userId"`,
    [from],
  );
  return rows;
}

/** Answers a second of our worker, which waits for jobs. */
async function byWorker(place: Place, seqs: readonly string[]): Promise<number> {
  const queues = connectQueues({ url: place.queueUrl, logger: silent });
  try {
    await queues.queue('answers');
    const started = performance.now();
    const items = seqs.map((updateSeq) => ({ payload: { updateSeq }, jobId: `update-bench-${updateSeq}` }));
    await makeProducer(queues).enqueueMany('answer.grade', items);
    await withClient(place.ownerUrl, (client) =>
      until('all answers', PATIENCE_MS, async () => {
        const { rowCount } = await client.query(
          `SELECT FROM telegram_updates WHERE status IN ('received', 'applied') LIMIT 1`,
        );
        return rowCount === 0;
      }),
    );
    return seqs.length / ((performance.now() - started) / 1000);
  } finally {
    await queues.close();
  }
}

/** Answers a second of the loop by hand, in a process of its own. */
async function byHand(env: NodeJS.ProcessEnv, seqs: readonly string[]): Promise<number> {
  const loop = await startProcess('scripts/bench/answersByHand.ts', env);
  try {
    const { seconds } = await post<{ seconds: number }>(`http://127.0.0.1:${loop.opsPort}/`, { seqs });
    return seqs.length / seconds;
  } finally {
    await loop.process.stop();
  }
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const lane = async (): Promise<void> => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
}

async function post<T>(url: string, body: object): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
