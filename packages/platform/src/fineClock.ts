/** Differences up to this are those of rounding. */
const CLOCKS_AGREE_MS = 2;

/** A clock of epoch milliseconds with fractions, which follows the system's when that is corrected. */
export function makeFineClock(): () => number {
  let origin = performance.timeOrigin;
  return () => {
    const elapsed = performance.now();
    const now = Date.now();
    if (Math.abs(now - (origin + elapsed)) > CLOCKS_AGREE_MS) origin = now - elapsed;
    return origin + elapsed;
  };
}
