import { fileURLToPath } from 'node:url';
import { connectDatabase, makeDeadLetterStore } from '@rung/db';
import { type ConsumeOptions, connectQueues, consume, ping } from '@rung/jobs';
import {
  makeHeartbeat,
  makeLifecycle,
  makeLogger,
  makeRegistry,
  observeDatabase,
  parseEnvironment,
  readiness,
  runService,
  startOpsServer,
  versionOf,
} from '@rung/platform';
import { makeTelegramClient } from '@rung/telegram';
import { environment } from './environment.ts';
import { makeHandlers } from './handlers.ts';
import { ISOLATED, keepIsolated } from './isolation.ts';
import { makeWorkerMetrics } from './metrics.ts';
import { makeSpeak } from './speak.ts';
import { showWebhookBacklog } from './webhookBacklog.ts';

/** A job may take this long before the process counts as stuck. */
const STUCK_AFTER_MS = 120_000;

await runService(async () => {
  const env = parseEnvironment(environment, process.env);
  const isolated = process.argv.includes(ISOLATED);
  const service = isolated ? 'worker-isolation' : 'worker';
  const secrets = [env.TELEGRAM_BOT_TOKEN];
  const logger = makeLogger({ service, level: env.LOG_LEVEL, format: env.LOG_FORMAT, secrets });
  const registry = makeRegistry(service, versionOf(import.meta.url));
  const life = makeLifecycle({ graceMs: env.SHUTDOWN_GRACE_MS, logger });
  life.onSignals();

  const observed = observeDatabase(registry);
  const db = await connectDatabase({
    url: env.DATABASE_URL,
    poolSize: isolated ? 2 : env.DATABASE_POOL_SIZE,
    onError: (error) => logger.warn('database connection lost', { error }),
    onQuery: observed.onQuery,
  });
  observed.watchPool(db.pool);
  life.defer('database', () => db.close());

  const queues = connectQueues({
    url: env.QUEUE_URL ?? env.DATABASE_URL,
    logger,
    registry,
    telegramMessagesPerSecond: env.TELEGRAM_MESSAGES_PER_SECOND,
  });
  life.defer('queues', () => queues.close());

  const metrics = makeWorkerMetrics(registry);
  const telegram = makeTelegramClient({
    token: env.TELEGRAM_BOT_TOKEN,
    apiRoot: env.TELEGRAM_API_ROOT,
    onRequest: metrics.telegramRequest,
  });
  const handlers = makeHandlers({ db, telegram, metrics, clock: () => new Date() });
  const letters = makeDeadLetterStore(db);
  const at = (concurrency: number): ConsumeOptions => ({ concurrency, onDead: letters.bury });

  if (isolated) {
    // A tick that stalled is not made up for: the scheduler ticks again by itself.
    const all = { ...handlers, 'daily.distribute': async () => {} };
    const consumer = consume(queues, 'isolation', all, at(1));
    life.defer('consumer', () => consumer.close(env.SHUTDOWN_GRACE_MS));
    // When the parent is gone nobody would stop this process.
    process.once('disconnect', () => void life.shutdown('parent ended').then(() => process.exit(0)));
    return;
  }

  const isolation = keepIsolated(fileURLToPath(import.meta.url), process.env, logger);
  life.defer('isolation', () => isolation.stop());
  const consumers = [
    consume(queues, 'answers', handlers, at(env.WORKER_CONCURRENCY)),
    consume(queues, 'commands', handlers, at(env.WORKER_CONCURRENCY)),
    consume(queues, 'deliveries', handlers, at(env.WORKER_CONCURRENCY)),
  ];
  life.defer('consumers', () =>
    Promise.all(consumers.map((consumer) => consumer.close(env.SHUTDOWN_GRACE_MS))),
  );
  showWebhookBacklog(registry, telegram, () => new Date());
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
