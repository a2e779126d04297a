import {
  type Database,
  makeCorrectionStore,
  makeFanOutStore,
  makeReconcilerStore,
  makeRunStore,
} from '@rung/db';
import { defaultPolicy } from '@rung/domain';
import { ensureSchedules, findMissing, makeProducer, type Queues } from '@rung/jobs';
import type { Logger, ServiceRegistry } from '@rung/platform';
import { type FanOut, makeFanOut } from './fanOut.ts';
import { makeInvariantCheck } from './invariants.ts';
import { makeReconcile } from './reconcile.ts';
import { makeTellCorrections } from './tellCorrections.ts';
import { traceFanOut } from './tracing.ts';

const CATCH_UP_MS = 6 * 3_600_000;
const FAN_OUT_BATCH = 1_000;
/** As many as take some 20 ms to read and to look for in the queue. */
const RECONCILE_PAGE = 5_000;
/** 200,000 rows of each kind: a tick ends in seconds also when all of them have to be enqueued. */
const RECONCILE_PAGES = 40;

/**
 * What the scheduler does, on these connections: the fan-out, and all of a tick, which beats whenever a part of it is
 * done.
 */
export function makeWork(options: {
  db: Database;
  queues: Queues;
  registry: ServiceRegistry;
  logger: Logger;
  clock: () => Date;
}): { fanOut: FanOut; tick: (beat: () => void) => Promise<void> } {
  const { db, queues, registry, logger, clock } = options;
  const producer = makeProducer(queues);
  const lastSuccess = registry.gauge({
    name: 'rung_fanout_last_success_timestamp_seconds',
    help: 'When the fan-out last found nobody left who is due, as UNIX time',
  });
  const fanOut = makeFanOut({
    store: traceFanOut(queues.tracing, makeFanOutStore(db)),
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
    findMissing: (name, jobIds) => findMissing(queues, name, jobIds),
    ensureSchedules: () => ensureSchedules(queues),
    clock,
    pageSize: RECONCILE_PAGE,
    pagesPerTick: RECONCILE_PAGES,
    onFound: (what, count) => logger.info('enqueued again', { what, count }),
    onError: (error) => logger.warn('reconciling failed; trying again', { error }),
  });
  const tellCorrections = makeTellCorrections({
    store: makeCorrectionStore(db, defaultPolicy),
    producer,
    clock,
  });
  const checkInvariants = makeInvariantCheck({ db, registry, logger, clock });

  return {
    fanOut,
    // The tick fans out as well: it must not depend on the queue that it brings back.
    async tick(beat) {
      await fanOut(beat).catch((error) => logger.warn('fan-out failed; trying again', { error }));
      await reconcile(beat);
      await tellCorrections().catch((error) => logger.warn('corrections wait; trying again', { error }));
      await checkInvariants();
    },
  };
}
