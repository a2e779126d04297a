import { type Database, readGenerationContext, readSupplyNeed, readSupplyProfile } from '@rung/db';
import { type Level, type Policy, type Topic, tiredTopic } from '@rung/domain';
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
/** A learner has their question within 10 s, whatever models do: one second is for choosing and sending it. */
const NOW_WITHIN_MS = 9_000;
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

/**
 * Generates one question for a learner whose delivery waits for it; its id, or null when there is none in time. A topic
 * that has had its days running rests, as in every choice.
 */
export function makeGenerateNow(
  options: GenerationOptions & { readonly policy: Policy },
): (shortage: Shortage) => Promise<string | null> {
  return async ({ userId, level }) => {
    const any = await readSupplyNeed(options.db, userId, level, 1);
    if (any === null) return null;
    const tired = tiredTopic((await readSupplyProfile(options.db, userId)).recent, options.policy);
    const need = tired === null ? null : await readSupplyNeed(options.db, userId, level, 1, tired);
    return generateFor(options, userId, { level, topic: (need ?? any).topic }, NOW_WITHIN_MS);
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
