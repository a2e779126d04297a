import type { DeadLetterStore } from '@rung/db';
import type { DeadLetter } from '@rung/jobs';
import type { WorkerMetrics } from './metrics.ts';

/** What becomes of a job that failed for good: it is kept as a dead letter, and a question that was to go out counts as failed. */
export function makeBury(
  letters: Pick<DeadLetterStore, 'bury'>,
  metrics: Pick<WorkerMetrics, 'delivery'>,
): (letter: DeadLetter) => Promise<void> {
  return async (letter) => {
    await letters.bury(letter);
    if (letter.name === 'delivery.send') metrics.delivery('daily', 'failed');
  };
}
