import { countViolations, type Database } from '@rung/db';
import type { Logger, ServiceRegistry } from '@rung/platform';

const EVERY_MS = 300_000;
/** Longer than the pause between two checks, so that no change falls between them. */
const LOOK_BACK_MS = 2 * EVERY_MS;

/**
 * Makes a check that is to be called on every tick and looks every five minutes: what it finds broken is counted in
 * `rung_invariant_violations_total{check}` and logged.
 */
export function makeInvariantCheck(options: {
  db: Pick<Database, 'scoped'>;
  registry: ServiceRegistry;
  logger: Logger;
  clock: () => Date;
}): () => Promise<void> {
  const { db, registry, logger, clock } = options;
  const violations = registry.counter({
    name: 'rung_invariant_violations_total',
    help: 'Rows found that no longer belong together, by the rule that they break',
    labelNames: ['check'],
  });
  for (const check of ['totals', 'standing', 'answers', 'daily']) violations.inc({ check }, 0);
  let nextAt = 0;

  return async () => {
    const now = clock().getTime();
    if (now < nextAt) return;
    nextAt = now + EVERY_MS;
    const found = await countViolations(db, new Date(now - LOOK_BACK_MS));
    for (const [check, count] of Object.entries(found)) {
      if (count === 0) continue;
      violations.inc({ check }, count);
      logger.error('invariant violated', { check, count });
    }
  };
}
