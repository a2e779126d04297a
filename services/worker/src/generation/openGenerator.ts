import { type Database, makeGeneratedStore, makeLlmBudgetStore } from '@rung/db';
import type { ModelProvider, ServiceRegistry } from '@rung/platform';
import type { Generator } from '@rung/questions';
import { makeGenerationMetrics } from './metrics.ts';

/** Calls that one learner may cause in an hour. */
const CALLS_PER_HOUR = 5;
/** What a call is taken to cost until its answer says what it did. */
const TOKENS_PER_CALL = 4_000;

/** The generator on these providers, with its prompts and examples read; null without providers. */
export async function openGenerator(options: {
  db: Database;
  registry: ServiceRegistry;
  providers: readonly ModelProvider[];
  tokensPerDay: number;
  clock: () => Date;
}): Promise<Generator | null> {
  const { db, registry, providers, tokensPerDay, clock } = options;
  const metrics = makeGenerationMetrics(registry, providers);
  if (providers.length === 0) return null;
  // Some 20 MB of libraries, which a worker without models can do without.
  const { generationLimits, makeGenerator, readBank, readPrompts } = await import('@rung/questions');
  const budget = { callsPerHour: CALLS_PER_HOUR, tokensPerDay, tokensPerCall: TOKENS_PER_CALL };
  return makeGenerator({
    providers,
    stores: {
      ...makeGeneratedStore(db, { mostSimilar: generationLimits.similarity }),
      ...makeLlmBudgetStore(db, budget),
    },
    prompts: await readPrompts(),
    examples: await readBank(),
    clock,
    random: Math.random,
    ...metrics,
  });
}
