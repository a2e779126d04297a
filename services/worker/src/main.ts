import { fileURLToPath } from 'node:url';
import { connectDatabase, makeDeadLetterStore } from '@rung/db';
import { type ConsumeOptions, connectQueues, consume, makeProducer, ping } from '@rung/jobs';
import {
  makeHeartbeat,
  observeDatabase,
  openService,
  parseEnvironment,
  readiness,
  runService,
  startOpsServer,
} from '@rung/platform';
import { makeTelegramClient, traceRequests } from '@rung/telegram';
import { makeBury } from './bury.ts';
import { environment } from './environment.ts';
import { openGenerator } from './generation/openGenerator.ts';
import { makeHandlers } from './handlers.ts';
import { answerForMetrics, ISOLATED, keepIsolated } from './isolation.ts';
import { makeWorkerMetrics } from './metrics.ts';
import { makeSpeak } from './speak.ts';
import { showWebhookBacklog } from './webhookBacklog.ts';

/** A job may take this long before the process counts as stuck. */
const STUCK_AFTER_MS = 180_000;
/** Models are slow and their budget is small: more at a time would only spend it sooner. */
const GENERATION_CONCURRENCY = 2;

await runService(async () => {
  const env = parseEnvironment(environment, process.env);
  const isolated = process.argv.includes(ISOLATED);
  const providers = env.LLM_PROVIDERS ?? env.OPENAI_API_KEY ?? [];
  const { logger, registry, life, tracing } = await openService({
    service: isolated ? 'worker-isolation' : 'worker',
    moduleUrl: import.meta.url,
    env,
    secrets: [env.TELEGRAM_BOT_TOKEN, ...providers.map(({ apiKey }) => apiKey)],
  });

  const observed = observeDatabase(registry, tracing);
  const db = await connectDatabase({
    url: env.DATABASE_URL,
    poolSize: isolated ? 2 : env.DATABASE_POOL_SIZE,
    onError: (error) => logger.warn('database connection lost', { error }),
    onQuery: observed.onQuery,
    aroundTransaction: observed.aroundTransaction,
  });
  observed.watchPool(db.pool);
  life.defer('database', () => db.close());

  const queues = connectQueues({
    url: env.QUEUE_URL ?? env.DATABASE_URL,
    logger,
    registry,
    tracing,
    telegramMessagesPerSecond: env.TELEGRAM_MESSAGES_PER_SECOND,
  });
  life.defer('queues', () => queues.close());

  const metrics = makeWorkerMetrics(registry);
  const telegram = makeTelegramClient({
    token: env.TELEGRAM_BOT_TOKEN,
    apiRoot: env.TELEGRAM_API_ROOT,
    onRequest: traceRequests(tracing, env.TELEGRAM_API_ROOT, metrics.telegramRequest),
  });
  const clock = () => new Date();
  const tokensPerDay = env.LLM_TOKENS_PER_DAY;
  const generator = await openGenerator({ db, registry, providers, tokensPerDay, clock });
  life.defer('generator', () => generator?.close());
  const producer = makeProducer(queues);
  const handlers = makeHandlers({ db, telegram, producer, generator, metrics, tracing, clock });
  const bury = makeBury(makeDeadLetterStore(db), metrics);
  const at = (concurrency: number): ConsumeOptions => ({ concurrency, onDead: bury });

  if (isolated) {
    answerForMetrics(registry);
    // What comes by the clock is not made up for when it stalled: it comes again by itself.
    const leave = async (): Promise<void> => {};
    const byTheClock = { 'daily.distribute': leave, 'calibration.run': leave, 'retention.run': leave };
    const all = { ...handlers, ...byTheClock };
    const consumer = consume(queues, 'isolation', all, at(1));
    life.defer('consumer', () => consumer.close(env.SHUTDOWN_GRACE_MS));
    // When the parent is gone nobody would stop this process.
    process.once('disconnect', () => void life.shutdown('parent ended').then(() => process.exit(0)));
    return;
  }

  const isolation = keepIsolated(fileURLToPath(import.meta.url), process.env, logger);
  life.defer('isolation', () => isolation.stop());
  registry.include(isolation.metrics);
  const consumers = [
    consume(queues, 'answers', handlers, at(env.WORKER_CONCURRENCY)),
    consume(queues, 'commands', handlers, at(env.WORKER_CONCURRENCY)),
    consume(queues, 'deliveries', handlers, at(env.WORKER_CONCURRENCY)),
    consume(queues, 'generation', handlers, at(GENERATION_CONCURRENCY)),
  ];
  life.defer('consumers', () =>
    Promise.all(consumers.map((consumer) => consumer.close(env.SHUTDOWN_GRACE_MS))),
  );
  showWebhookBacklog(registry, telegram, clock);
  const menu = makeSpeak()(null).commands();
  telegram.setMyCommands(menu).catch((error) => logger.warn('the menu of commands was not set', { error }));

  const heartbeat = makeHeartbeat();
  const turning = setInterval(() => heartbeat.beat(), 1_000);
  life.defer('heartbeat', () => clearInterval(turning));
  const stuckMs = () =>
    Math.max(heartbeat.ageMs(), Date.now() - Math.min(...consumers.map((c) => c.lastProgress)));
  const ops = await startOpsServer({
    port: env.OPS_PORT,
    registry,
    logger,
    health: () => ({ ok: stuckMs() < STUCK_AFTER_MS, details: { withoutProgressMs: Math.round(stuckMs()) } }),
    ready: readiness({ postgres: () => db.sql('SELECT 1'), queue: () => ping(queues) }),
  });
  life.defer('ops server', () => ops.close());
  logger.info('working', { concurrency: env.WORKER_CONCURRENCY, opsPort: ops.port });
});
