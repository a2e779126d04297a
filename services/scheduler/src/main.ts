import { connectDatabase, makeCalibrationStore, removeExpired } from '@rung/db';
import { defaultPolicy } from '@rung/domain';
import { connectQueues, consume, ping, queueCounts, redisGauges } from '@rung/jobs';
import {
  makeHeartbeat,
  observeDatabase,
  openService,
  parseEnvironment,
  readiness,
  runService,
  startOpsServer,
} from '@rung/platform';
import { makeCalibrate } from './calibrate.ts';
import { environment } from './environment.ts';
import { showDatabaseGauges } from './gauges.ts';
import { startTicker } from './ticker.ts';
import { makeWork } from './work.ts';

/** Ticks that may be missed before the process counts as stuck. */
const STUCK_AFTER_TICKS = 3;

await runService(async () => {
  const env = parseEnvironment(environment, process.env);
  const { logger, registry, life, tracing } = await openService({
    service: 'scheduler',
    moduleUrl: import.meta.url,
    env,
    secrets: [],
  });
  const clock = () => new Date();

  const observed = observeDatabase(registry, tracing);
  const db = await connectDatabase({
    url: env.DATABASE_URL,
    poolSize: env.DATABASE_POOL_SIZE,
    onError: (error) => logger.warn('database connection lost', { error }),
    onQuery: observed.onQuery,
    aroundTransaction: observed.aroundTransaction,
  });
  observed.watchPool(db.pool);
  life.defer('database', () => db.close());
  showDatabaseGauges({ registry, db, clock, messagesPerSecond: env.TELEGRAM_MESSAGES_PER_SECOND });

  const queues = connectQueues({
    url: env.QUEUE_URL ?? env.DATABASE_URL,
    logger,
    registry,
    tracing,
  });
  life.defer('queues', () => queues.close());
  queueCounts(queues);
  redisGauges(queues);
  const { fanOut, tick } = makeWork({ db, queues, registry, logger, clock });
  const calibrate = makeCalibrate({ store: makeCalibrationStore(db), policy: defaultPolicy, logger });
  // A run that failed is nothing to look at: the next one does its work.
  const forget = async (): Promise<void> => {};
  const consumer = consume(
    queues,
    'schedule',
    {
      'daily.distribute': async () => {
        await fanOut();
      },
      'calibration.run': calibrate,
      'retention.run': async () => {
        logger.info('kept long enough', { ...(await removeExpired(db, clock())) });
      },
    },
    { concurrency: 1, onDead: forget },
  );
  life.defer('consumer', () => consumer.close(env.SHUTDOWN_GRACE_MS));

  const heartbeat = makeHeartbeat();
  const ticker = startTicker(tick, {
    intervalMs: env.TICK_INTERVAL_MS,
    onTick: () => heartbeat.beat(),
    onError: (error) => logger.error('tick failed', { error }),
  });
  life.defer('ticker', () => ticker.stop());

  const ops = await startOpsServer({
    port: env.OPS_PORT,
    registry,
    logger,
    health: () => ({
      ok: heartbeat.ageMs() < STUCK_AFTER_TICKS * Math.max(env.TICK_INTERVAL_MS, 20_000),
      details: { lastTickMs: Math.round(heartbeat.ageMs()) },
    }),
    ready: readiness({ postgres: () => db.sql('SELECT 1'), queue: () => ping(queues) }),
  });
  life.defer('ops server', () => ops.close());
  logger.info('ticking', { intervalMs: env.TICK_INTERVAL_MS, opsPort: ops.port });
});
