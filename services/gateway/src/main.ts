import { connectDatabase, makeInboxStore } from '@rung/db';
import { connectQueues, makeProducer, openQueues } from '@rung/jobs';
import {
  botIdOf,
  makeHeartbeat,
  observeDatabase,
  openService,
  parseEnvironment,
  readiness,
  runService,
  startOpsServer,
} from '@rung/platform';
import { makeEnqueuer } from './enqueuer.ts';
import { environment } from './environment.ts';
import { makeIntake } from './intake.ts';
import { makeGatewayMetrics } from './metrics.ts';
import { poll } from './polling.ts';
import { makeReceive } from './receive.ts';
import { makeRefusalLog } from './refusalLog.ts';
import { traceInbox, traceIntake } from './tracing.ts';
import { makeWebhook } from './webhook.ts';
import { startWebhookServer } from './webhookServer.ts';

const STUCK_AFTER_MS = 60_000;
/** An update has been refused long before; a connection that is silent for longer must not hold up the next ones. */
const STATEMENT_TIMEOUT_MS = 1_000;
const CONNECT_TIMEOUT_MS = 2_000;

await runService(async () => {
  const env = parseEnvironment(environment, process.env);
  const { logger, registry, life, tracing } = await openService({
    service: 'gateway',
    moduleUrl: import.meta.url,
    env,
    secrets: [env.TELEGRAM_WEBHOOK_SECRET, env.TELEGRAM_BOT_TOKEN],
  });

  const observed = observeDatabase(registry);
  const db = await connectDatabase({
    url: env.DATABASE_URL,
    poolSize: env.DATABASE_POOL_SIZE,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    onError: (error) => logger.warn('database connection lost', { error }),
    onQuery: observed.onQuery,
  });
  observed.watchPool(db.pool);
  life.defer('database', () => db.close());

  const queues = connectQueues({ url: env.QUEUE_URL ?? env.DATABASE_URL, logger, registry, tracing });
  life.defer('queues', () => queues.close());
  await openQueues(queues, ['answers', 'commands']);
  const enqueuer = makeEnqueuer(makeProducer(queues));
  life.defer('enqueuer', () => enqueuer.drain());

  const metrics = makeGatewayMetrics(registry);
  const intake = makeIntake({ inbox: traceInbox(tracing, makeInboxStore(db)), onStored: enqueuer.add });
  life.defer('intake', () => intake.drain());
  if (env.TELEGRAM_BOT_TOKEN === undefined) {
    logger.warn('TELEGRAM_BOT_TOKEN is not set: updates are stored under the bot id 0');
  }
  const logRefusal = makeRefusalLog(logger);
  const receive = makeReceive({
    botId: env.TELEGRAM_BOT_TOKEN === undefined ? '0' : botIdOf(env.TELEGRAM_BOT_TOKEN),
    intake: traceIntake(tracing, intake, env.TELEGRAM_UPDATES),
    onResult(result, error) {
      metrics.update(result);
      if (error !== undefined) logRefusal(error);
    },
  });

  const heartbeat = makeHeartbeat();
  const ops = await startOpsServer({
    port: env.OPS_PORT,
    registry,
    logger,
    health: () => ({ ok: heartbeat.ageMs() < STUCK_AFTER_MS, details: {} }),
    ready: readiness({ postgres: () => db.sql('SELECT 1') }),
  });
  life.defer('ops server', () => ops.close());

  if (env.TELEGRAM_UPDATES === 'polling' && env.TELEGRAM_BOT_TOKEN !== undefined) {
    // With the webhook it would be 7 MB of libraries for nothing.
    const { countRequests, makeTelegramClient } = await import('@rung/telegram');
    const telegram = makeTelegramClient({
      token: env.TELEGRAM_BOT_TOKEN,
      apiRoot: env.TELEGRAM_API_ROOT,
      onRequest: countRequests(registry, ['getUpdates', 'deleteWebhook']),
    });
    const polling = poll({
      telegram,
      receive,
      logger,
      stopping: life.stopping,
      onPoll: () => heartbeat.beat(),
    });
    life.defer('polling', () => polling);
    logger.info('polling for updates', { opsPort: ops.port });
    return;
  }
  const turning = setInterval(() => heartbeat.beat(), 1_000);
  life.defer('heartbeat', () => clearInterval(turning));
  const webhook = makeWebhook({
    secret: env.TELEGRAM_WEBHOOK_SECRET ?? '',
    receive,
    onError: (error) => logger.error('webhook request failed', { error }),
    onRequest: metrics.request,
  });
  const server = await startWebhookServer(webhook, env.PORT);
  life.defer('webhook', () => server.close());
  logger.info('listening', { port: server.port, opsPort: ops.port });
});
