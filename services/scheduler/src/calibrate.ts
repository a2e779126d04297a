import type { CalibrationStore } from '@rung/db';
import { difficultyOfLevel, type Policy, refitDifficulties } from '@rung/domain';
import type { Logger } from '@rung/platform';

export interface CalibrateOptions {
  readonly store: CalibrationStore;
  readonly policy: Policy;
  readonly logger: Pick<Logger, 'info'>;
}

/**
 * Fits the difficulties of all questions to everybody's first answers and stores those that rest on enough of them.
 * Fitting again without new answers changes nothing.
 */
export function makeCalibrate({ store, policy, logger }: CalibrateOptions): () => Promise<void> {
  return async () => {
    const started = performance.now();
    const { answers, levels } = await store.read();
    const priors = new Map([...levels].map(([questionId, level]) => [questionId, difficultyOfLevel(level)]));
    const fitted = refitDifficulties(answers, priors, policy);
    const changed = await store.save(fitted, policy);
    const seconds = Math.round(performance.now() - started) / 1000;
    logger.info('questions calibrated', { answers: answers.length, changed, seconds });
  };
}
