/** Entries that must be settled in time, all after the same span: one timer serves them all. */
export interface Deadlines<T> {
  open(entry: T): void;
  close(entry: T): void;
  /** False once it was closed or ran out. */
  isOpen(entry: T): boolean;
}

/** Calls `onLate` for each entry that is not closed within `timeoutMs`, a few milliseconds late at most. */
export function makeDeadlines<T>(timeoutMs: number, onLate: (entry: T) => void): Deadlines<T> {
  // A Map keeps the order of insertion, which is the order of the deadlines.
  const entries = new Map<T, number>();
  let timer: NodeJS.Timeout | undefined;

  const sweep = (): void => {
    timer = undefined;
    const now = performance.now();
    for (const [entry, deadline] of entries) {
      if (deadline > now) {
        timer = setTimeout(sweep, deadline - now);
        return;
      }
      entries.delete(entry);
      onLate(entry);
    }
  };

  return {
    open(entry) {
      entries.set(entry, performance.now() + timeoutMs);
      if (timer === undefined) timer = setTimeout(sweep, timeoutMs);
    },
    close: (entry) => void entries.delete(entry),
    isOpen: (entry) => entries.has(entry),
  };
}
