/** Tells whether a loop still turns: what works beats, what judges asks for the age of the last beat. */
export interface Heartbeat {
  beat(): void;
  /** Milliseconds since the last beat, or since it was made. */
  ageMs(): number;
}

/** `nowMs` must be monotonic: a clock that is set back would hide a stopped loop. */
export function makeHeartbeat(nowMs: () => number = () => performance.now()): Heartbeat {
  let lastMs = nowMs();
  return {
    beat() {
      lastMs = nowMs();
    },
    ageMs: () => nowMs() - lastMs,
  };
}
