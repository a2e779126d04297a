import {
  type Database,
  findShownQuestion,
  makeFanOutStore,
  makeInboxStore,
  type ShownQuestion,
} from '@rung/db';
import { decodeCallback, type Level, type Position, positionOf, TOPICS } from '@rung/domain';
import { type ModelProvider, makeRegistry, untraced } from '@rung/platform';
import { startSandbox } from '@rung/sandbox';
import { makeTelegramClient } from '@rung/telegram';
import { addQuestions, openDatabase } from '../../../packages/db/test/fixtures.ts';
import { openGenerator } from '../src/generation/openGenerator.ts';
import { makeHandlers } from '../src/handlers.ts';
import { makeWorkerMetrics } from '../src/metrics.ts';
import { makePerson, type Person } from './person.ts';

const TOKEN = '4242:test-token';
const BOT_ID = '4242';
/** When every test begins: two hours before the slot of a new learner. */
const START = '2026-03-10T08:00:00Z';
const CATCH_UP_MS = 6 * 3_600_000;
export const HOUR_MS = 3_600_000;

/** A call of the Bot API as the sandbox has logged it. */
interface Call {
  method: string;
  chatId: number | null;
  ok: boolean;
  params: Record<string, unknown>;
}

type Update = { update_id: number; callback_query?: { data?: string } };

export type Bot = Awaited<ReturnType<typeof openBot>>;

/**
 * The worker's handlers on a database and a sandbox of their own, with a clock that stands still. The bank holds
 * `perCell` questions for each level and topic. `models` write more, if there are any.
 */
export async function openBot(
  options: { perCell?: number; timeoutMs?: number; models?: readonly ModelProvider[] } = {},
) {
  const { perCell = 3, timeoutMs = 10_000, models = [] } = options;
  const { db, close } = await openDatabase(20);
  let now = Date.parse(START);
  const clock = {
    now: () => new Date(now),
    set(instant: string | Date) {
      now = new Date(instant).getTime();
    },
    pass(ms: number) {
      now += ms;
    },
  };
  for (const topic of perCell === 0 ? [] : TOPICS) {
    for (const level of [1, 2, 3, 4]) await addQuestions(db, { level, topic, count: perCell });
  }
  // The same draws in every run.
  await db.sql(`UPDATE questions SET random_key = ('x' || left(md5(id), 8))::bit(32)::bigint / 4294967296.0`);
  const sandbox = await startSandbox({ port: 0, token: TOKEN, clock: () => now });
  const registry = makeRegistry('worker', '0');
  const metrics = makeWorkerMetrics(registry);
  const generator = await openGenerator({
    db,
    registry,
    providers: models,
    tokensPerDay: 1_000_000,
    clock: clock.now,
  });
  const enqueued: { name: string; jobId: string; payload: unknown }[] = [];
  const makeWorker = ({ token = TOKEN, apiRoot = sandbox.url, tracing = untraced } = {}) =>
    makeHandlers({
      db,
      telegram: makeTelegramClient({ token, apiRoot, timeoutMs }),
      producer: {
        async enqueue(name, payload, { jobId }) {
          enqueued.push({ name, jobId, payload });
          return true;
        },
      },
      generator,
      metrics,
      tracing,
      clock: clock.now,
    });
  const handlers = makeWorker();
  const context = { jobId: 'test', attempt: 1, correlationId: 'test' };
  const send = (deliveryId: string, worker = handlers) => worker['delivery.send']({ deliveryId }, context);

  const http = async <Body>(method: string, path: string, body?: object): Promise<Body> => {
    const response = await fetch(sandbox.url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Body;
  };

  const fanOut = makeFanOutStore(db);
  const findPending = async (person: Person): Promise<string | undefined> => {
    const [row] = await db.sql<{ id: string }>(
      `SELECT id FROM user_questions WHERE user_id = $1 AND state = 'pending'`,
      [person.id],
    );
    return row?.id;
  };

  const bot = {
    db,
    clock,
    http,

    /** Stores an update as the gateway would; resolves to its place in the inbox. */
    async store(userId: string, update: Update): Promise<string> {
      const isAnswer = decodeCallback(update.callback_query?.data ?? '')?.kind === 'answer';
      const [stored] = await makeInboxStore(db).store([
        {
          botId: BOT_ID,
          updateId: update.update_id,
          userId,
          job: isAnswer ? 'answer.grade' : 'command.run',
          payload: JSON.stringify(update),
          receivedAt: clock.now(),
          quarantine: null,
        },
      ]);
      if (stored?.seq == null) throw new Error(`update ${update.update_id} was stored before`);
      return stored.seq;
    },

    handle: (updateSeq: string, worker = handlers) => worker['command.run']({ updateSeq }, context),
    send,
    /** Jobs that handlers have enqueued, oldest first. */
    enqueued,
    registry,
    topUp: (userId: string, level: Level) => handlers['question.generate']({ userId, level }, context),
    tellCorrection: (answerId: string) => handlers['correction.tell']({ answerId }, context),
    expire: (deliveryId: string, worker = handlers) => worker['delivery.expire']({ deliveryId }, context),
    /** Another worker process: handlers that share nothing with the others but the database. */
    makeWorker,

    /** From now on the database refuses a learner of this name, so that an update which says it cannot be applied. */
    async refuseUsername(username: string): Promise<void> {
      await db.sql('ALTER TABLE users DROP CONSTRAINT IF EXISTS refused_username');
      await db.sql(
        `ALTER TABLE users ADD CONSTRAINT refused_username CHECK (username <> '${username}') NOT VALID`,
      );
    },

    newcomer: async (name = 'Ada'): Promise<Person> => {
      const { learners } = await http<{ learners: { id: number }[] }>('POST', '/api/learners', { name });
      return makePerson(String(learners[0]?.id), bot);
    },

    /** A learner who has sent /start, with columns of `users` set as a test needs them. */
    async learner(columns: Record<string, unknown> = {}): Promise<Person> {
      const person = await bot.newcomer();
      await person.says('/start');
      const changes = [
        'bot_id = bot_id',
        ...Object.keys(columns).map((column, i) => `${column} = $${i + 2}`),
      ];
      await db.sql(`UPDATE users SET ${changes.join(', ')} WHERE user_id = $1`, [
        person.id,
        ...Object.values(columns),
      ]);
      return person;
    },

    /** Decides the learner's next daily at its slot, to which the clock moves; resolves to the delivery, not yet sent. */
    async due(person: Person): Promise<string> {
      const earlier = await findPending(person);
      if (earlier !== undefined) return earlier;
      clock.set((await person.row()).nextDeliveryAt);
      await fanOut.distribute({ now: clock.now(), catchUpMs: CATCH_UP_MS, limit: 1_000 });
      const id = await findPending(person);
      if (id === undefined) throw new Error(`nothing is due for ${person.id}`);
      return id;
    },

    /** The learner's next daily, sent at its slot. */
    async daily(person: Person): Promise<string> {
      const deliveryId = await bot.due(person);
      await send(deliveryId);
      return deliveryId;
    },

    /** The question of a delivery, with the position of its right option and of a wrong one. */
    async shown(deliveryId: string): Promise<ShownQuestion & { right: Position; wrong: Position }> {
      const question = await findShownQuestion(db, deliveryId);
      if (question === null) throw new Error(`delivery ${deliveryId} shows nothing`);
      const right = positionOf(question.order, question.correctIndex);
      return { ...question, right, wrong: ((right + 1) % 4) as Position };
    },

    /** The raw row of a delivery. */
    async delivery(id: string): Promise<Record<string, unknown>> {
      const [row] = await db.sql<Record<string, unknown>>('SELECT * FROM user_questions WHERE id = $1', [id]);
      if (row === undefined) throw new Error(`no delivery ${id}`);
      return row;
    },

    /** Where an update of the inbox stands. */
    async status(seq: string): Promise<string | undefined> {
      const [row] = await db.sql<{ status: string }>('SELECT status FROM telegram_updates WHERE seq = $1', [
        seq,
      ]);
      return row?.status;
    },

    /** What the Bot API was asked in somebody's chat, answers to their taps included, oldest first. */
    async calls(person: Person, method?: string): Promise<Call[]> {
      const { calls } = await http<{ calls: Call[] }>('GET', '/api/calls?limit=20000');
      return calls.filter(
        (call) => call.chatId === Number(person.id) && (method === undefined || call.method === method),
      );
    },

    fault: (...faults: object[]) => http<object>('POST', '/control', { faults }),
    violations: async () => (await http<{ violations: number }>('GET', '/control')).violations,

    /** Ends all faults and sets the clock back, for the next test. */
    async calm(): Promise<void> {
      await http('DELETE', '/control');
      clock.set(START);
    },

    async close(): Promise<void> {
      generator?.close();
      await sandbox.close();
      await close();
    },
  };
  return bot;
}

/** Waits until `condition` holds; fails after five seconds. */
export async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** What a promise was rejected with; fails when it was not. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  let result: unknown;
  try {
    result = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`resolved to ${JSON.stringify(result)} instead of being rejected`);
}

/** Rows of a table that belong to somebody, oldest first. */
export function rowsOf(db: Database, table: string, person: Person): Promise<Record<string, unknown>[]> {
  return db.sql(`SELECT * FROM ${table} WHERE user_id = $1 ORDER BY id`, [person.id]);
}
