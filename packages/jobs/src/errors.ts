/**
 * Thrown by a handler whose job must wait, such as after one chat's 429: the job runs again at `untilMs`
 * (epoch milliseconds) and no attempt is spent. Other jobs go on.
 */
export class Postpone extends Error {
  readonly untilMs: number;

  constructor(untilMs: number) {
    super(`postponed until ${new Date(untilMs).toISOString()}`);
    this.name = 'Postpone';
    this.untilMs = untilMs;
  }
}

/** Thrown by a handler when nobody may go on: the job's home queue rests for `ms` at every worker; no attempt is spent. */
export class PauseQueue extends Error {
  readonly ms: number;

  constructor(ms: number) {
    super(`queue paused for ${ms} ms`);
    this.name = 'PauseQueue';
    this.ms = ms;
  }
}

/** Thrown by a handler when trying again cannot help: the job fails for good and becomes a dead letter. */
export class Final extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Final';
  }
}
