import { type Database, readGenerationContext, readSupplyNeed } from '@rung/db';
import type { Level, Topic } from '@rung/domain';
import type { Generator } from '@rung/questions';

export interface GenerationOptions {
  readonly db: Pick<Database, 'sql'>;
  readonly generator: Pick<Generator, 'generate'>;
}

/** A learner whose supply at one level runs short. */
export interface Shortage {
  readonly userId: string;
  readonly level: Level;
}

/** Unseen questions that a learner should have at their level, so that no delivery has to wait for a model. */
export const SUPPLY_THRESHOLD = 10;

/** A question ahead of need may take as long as two calls with all their tries. */
const AHEAD_WITHIN_MS = 120_000;
/** A delivery waits no longer than this for a model. */
const NOW_WITHIN_MS = 10_000;
/** How many texts of each kind go into a prompt. */
const CONTEXT_TEXTS = 8;

/**
 * Generates until the learner has enough unseen questions at the level, or generation has none to give: models are
 * away, the budget is spent, or what they write is refused.
 */
export function makeTopUp(options: GenerationOptions): (shortage: Shortage) => Promise<void> {
  return async (shortage) => {
    for (;;) {
      const need = await readSupplyNeed(options.db, shortage.userId, shortage.level, SUPPLY_THRESHOLD);
      if (need === null || need.unseen >= SUPPLY_THRESHOLD) return;
      const cell = { level: shortage.level, topic: need.topic };
      const generated = await generateFor(options, shortage.userId, cell, AHEAD_WITHIN_MS);
      if (generated === null) return;
    }
  };
}

/** Generates one question for a learner whose delivery waits for it; its id, or null when there is none in 10 s. */
export function makeGenerateNow(options: GenerationOptions): (shortage: Shortage) => Promise<string | null> {
  return async ({ userId, level }) => {
    const need = await readSupplyNeed(options.db, userId, level, 1);
    if (need === null) return null;
    return generateFor(options, userId, { level, topic: need.topic }, NOW_WITHIN_MS);
  };
}

/** Generates one question of a cell for a learner within `timeoutMs`; its id, or null when there is none to be had. */
async function generateFor(
  { db, generator }: GenerationOptions,
  userId: string,
  cell: { level: Level; topic: Topic },
  timeoutMs: number,
): Promise<string | null> {
  const context = await readGenerationContext(db, userId, cell, CONTEXT_TEXTS);
  const result = await generator.generate({ ...cell, ...context, userId }, { timeoutMs });
  return 'id' in result ? result.id : null;
}
