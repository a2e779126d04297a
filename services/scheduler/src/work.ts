import { type Database, makeFanOutStore, makeReconcilerStore, makeRunStore } from '@rung/db';
import { ensureSchedules, makeProducer, type Queues } from '@rung/jobs';
import type { Logger, ServiceRegistry } from '@rung/platform';
import { type FanOut, makeFanOut } from './fanOut.ts';
import { makeInvariantCheck } from './invariants.ts';
import { makeReconcile } from './reconcile.ts';

const CATCH_UP_MS = 6 * 3_600_000;
const FAN_OUT_BATCH = 1_000;

/** What the scheduler does, on these connections: the fan-out, and all of a tick. */
export function makeWork(options: {
  db: Database;
  queues: Queues;
  registry: ServiceRegistry;
  logger: Logger;
  clock: () => Date;
}): { fanOut: FanOut; tick: () => Promise<void> } {
  const { db, queues, registry, logger, clock } = options;
  const producer = makeProducer(queues);
  const lastSuccess = registry.gauge({
    name: 'rung_fanout_last_success_timestamp_seconds',
    help: 'When the fan-out last found nobody left who is due, as UNIX time',
  });
  const fanOut = makeFanOut({
    store: makeFanOutStore(db),
    producer,
    clock,
    catchUpMs: CATCH_UP_MS,
    batchSize: FAN_OUT_BATCH,
    onDone(decided) {
      lastSuccess.set(clock().getTime() / 1000);
      if (decided > 0) logger.info('daily questions decided', { decided });
    },
  });
  const reconcile = makeReconcile({
    store: makeReconcilerStore(db),
    runs: makeRunStore(db),
    producer,
    ensureSchedules: () => ensureSchedules(queues),
    clock,
    onFound: (what, count) => logger.info('enqueued again', { what, count }),
    onError: (error) => logger.warn('reconciling failed; trying again', { error }),
  });
  const checkInvariants = makeInvariantCheck({ db, registry, logger, clock });

  return {
    fanOut,
    // The tick fans out as well: it must not depend on the queue that it brings back.
    async tick() {
      await fanOut().catch((error) => logger.warn('fan-out failed; trying again', { error }));
      await reconcile();
      await checkInvariants();
    },
  };
}
