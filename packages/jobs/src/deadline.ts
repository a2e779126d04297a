/** A promise did not settle in time. What it stands for may still happen. */
class DeadlineError extends Error {
  constructor(ms: number) {
    super(`no answer within ${Math.ceil(ms)} ms`);
    this.name = 'DeadlineError';
  }
}

/** Settles as `work` does, or rejects with a DeadlineError after `ms` milliseconds. */
export function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      // After a busy spell timers run before sockets are read: an answer that is already there still counts.
      setImmediate(() => reject(new DeadlineError(ms)));
    }, ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
