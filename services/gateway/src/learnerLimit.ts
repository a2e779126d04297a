/** A limit on how many updates each learner may send. Times are in milliseconds of any clock that never goes back. */
export interface LearnerLimit {
  /** Takes one of the learner's updates at `now`; false when it is over the limit, and then nothing is taken. */
  take(userId: string, now: number): boolean;
  /** Gives one back: it did not count. */
  giveBack(userId: string): void;
}

/**
 * A bucket for each learner that holds `burst` updates and gets one back every `everyMs` until it is full. It is kept as
 * one number, the instant at which it is full again: each update moves that on by `everyMs`, and none may move it further
 * away than a burst.
 */
export function makeLearnerLimit({ burst, everyMs }: { burst: number; everyMs: number }): LearnerLimit {
  const horizonMs = burst * everyMs;
  // Whoever is in neither map has a full bucket: what was touched before the older one was begun is full by now.
  let recent = new Map<string, number>();
  let older = new Map<string, number>();
  let turnAt = Number.NEGATIVE_INFINITY;
  return {
    take(userId, now) {
      if (now >= turnAt) {
        older = recent;
        recent = new Map();
        turnAt = now + horizonMs;
      }
      const fullAt = Math.max(now, recent.get(userId) ?? older.get(userId) ?? now) + everyMs;
      if (fullAt - now > horizonMs) return false;
      recent.set(userId, fullAt);
      return true;
    },
    giveBack(userId) {
      const fullAt = recent.get(userId) ?? older.get(userId);
      if (fullAt !== undefined) recent.set(userId, fullAt - everyMs);
    },
  };
}
