/** A refusal in Telegram's words. `description` is complete, prefix included. */
export class BotApiError extends Error {
  override name = 'BotApiError';
  readonly code: number;
  readonly description: string;
  /** Seconds, on 429 only. */
  readonly retryAfter: number | undefined;

  constructor(code: number, description: string, retryAfter?: number) {
    super(description);
    this.code = code;
    this.description = description;
    this.retryAfter = retryAfter;
  }
}

/** 400. As Telegram does, the problem starts in lower case unless it is a CONSTANT_NAME. */
export function badRequest(problem: string): BotApiError {
  const isConstant = /^.[A-Z_]/.test(problem);
  const said = isConstant ? problem : problem.charAt(0).toLowerCase() + problem.slice(1);
  return new BotApiError(400, `Bad Request: ${said}`);
}

export function blockedByUser(): BotApiError {
  return new BotApiError(403, 'Forbidden: bot was blocked by the user');
}

/** 429; `seconds` is a whole number. */
export function tooManyRequests(seconds: number): BotApiError {
  return new BotApiError(429, `Too Many Requests: retry after ${seconds}`, seconds);
}
