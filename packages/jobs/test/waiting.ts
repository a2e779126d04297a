import { setTimeout as delay } from 'node:timers/promises';

/** Resolves once `condition` holds, with how long that took; rejects when it does not within `ms`. */
export async function until(condition: () => boolean, ms: number): Promise<number> {
  const start = performance.now();
  while (!condition()) {
    if (performance.now() - start > ms) throw new Error(`still not after ${ms} ms: ${condition}`);
    await delay(5);
  }
  return performance.now() - start;
}
