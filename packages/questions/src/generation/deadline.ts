/** The time that is left for something. Monotonic: steps of the clock do not matter. */
export interface Deadline {
  /** Milliseconds left, 0 when it is over or was given up. */
  leftMs(): number;
  /** Given up before its time. */
  readonly cancelled: AbortSignal;
  /** A part of what is left now, `share` (0-1) of it. */
  slice(share: number): Deadline;
}

/** A deadline in `timeoutMs` from now. */
export function deadlineIn(timeoutMs: number, cancelled: AbortSignal): Deadline {
  const end = performance.now() + timeoutMs;
  const leftMs = () => (cancelled.aborted ? 0 : Math.max(0, end - performance.now()));
  return { leftMs, cancelled, slice: (share) => deadlineIn(leftMs() * share, cancelled) };
}
