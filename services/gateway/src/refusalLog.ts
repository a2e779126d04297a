import type { Logger } from '@rung/platform';

const GATHER_MS = 1_000;

/**
 * Logs refused updates: one line a second, with their number and the first one's error. While the inbox is away there
 * are thousands of them, and each line would say the same.
 */
export function makeRefusalLog(logger: Pick<Logger, 'warn'>): (error: Error) => void {
  let count = 0;
  return (error) => {
    count += 1;
    if (count > 1) return;
    const write = (): void => {
      logger.warn('updates not accepted', { count, error });
      count = 0;
    };
    setTimeout(write, GATHER_MS).unref();
  };
}
