/** How one request ended; the fixed label set of `rung_telegram_requests_total`. */
export type RequestOutcome =
  | 'ok'
  | 'blocked'
  | 'too_many_requests'
  | 'not_modified'
  | 'too_old'
  | 'gone'
  | 'unauthorized'
  | 'bad_request'
  | 'unavailable';

/**
 * A call of the Bot API that did not succeed. It carries neither the payload nor a cause, because the
 * address of the Bot API holds the token and payloads hold what learners wrote.
 */
export abstract class TelegramError extends Error {
  abstract readonly outcome: RequestOutcome;
  /** Bot API method, such as `sendMessage`. */
  readonly method: string;
  /** `error_code` of the Bot API, else the HTTP status, else 0 when no reply came. */
  readonly code: number;
  /** Telegram's own words, or what went wrong on the way there. */
  readonly description: string;

  constructor(method: string, code: number, description: string) {
    super(`${method}: ${code} ${description}`);
    this.name = new.target.name;
    this.method = method;
    this.code = code;
    this.description = description;
  }
}

/** The chat cannot be written to until the learner comes back: blocked, deactivated or never started. */
export class ChatBlocked extends TelegramError {
  override readonly outcome = 'blocked';
}

/** Telegram asks to wait: no call for this chat before `retryAfterMs` have passed. */
export class TooManyRequests extends TelegramError {
  override readonly outcome = 'too_many_requests';
  /** Milliseconds to wait, at least 1,000. */
  readonly retryAfterMs: number;

  constructor(method: string, code: number, description: string, retryAfterMs: number) {
    super(method, code, description);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The message to edit was deleted, or can no longer be edited. */
export class MessageGone extends TelegramError {
  override readonly outcome = 'gone';
}

/** The token was revoked or never valid; no call will succeed until it is replaced. */
export class Unauthorized extends TelegramError {
  override readonly outcome = 'unauthorized';
}

/** Telegram refused the request as it is; sending it again will not help. */
export class BadRequest extends TelegramError {
  override readonly outcome = 'bad_request';
}

/** No usable reply: a 5xx, a broken connection, a timeout, a reply that is not the Bot API's. May be tried again. */
export class TelegramUnavailable extends TelegramError {
  override readonly outcome = 'unavailable';

  /** Whether the request may have had its effect all the same: it went out, and nothing came back that says no. */
  readonly mayHaveArrived: boolean;

  constructor(method: string, code: number, description: string, mayHaveArrived = false) {
    super(method, code, description);
    this.mayHaveArrived = mayHaveArrived;
  }
}

/** The edit changes nothing; the client reports it as success. */
export class NotModified extends TelegramError {
  override readonly outcome = 'not_modified';
}

/** The callback can no longer be answered; the client reports it as success. */
export class QueryTooOld extends TelegramError {
  override readonly outcome = 'too_old';
}
