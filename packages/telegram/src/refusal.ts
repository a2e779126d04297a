import {
  BadRequest,
  ChatBlocked,
  MessageGone,
  NotModified,
  QueryTooOld,
  type TelegramError,
  TelegramUnavailable,
  TooManyRequests,
  Unauthorized,
} from './errors.ts';

/** An `"ok": false` reply of the Bot API. */
export interface Refusal {
  code: number;
  description: string;
  retryAfterSeconds?: number;
}

type Meaning = new (method: string, code: number, description: string) => TelegramError;

/** Telegram tells most refusals apart by their words alone; these are the ones that mean something here. */
const MEANINGS: readonly [words: RegExp, meaning: Meaning][] = [
  [/message is not modified/i, NotModified],
  [/query is too old|query id is invalid/i, QueryTooOld],
  [/chat not found|peer_id_invalid|user is deactivated|bot was blocked/i, ChatBlocked],
  [/message to edit not found|message can't be edited|message_id_invalid/i, MessageGone],
];

/** The error that a refusal means. */
export function errorOfRefusal(method: string, refusal: Refusal): TelegramError {
  const { code, description } = refusal;
  if (code >= 500) return new TelegramUnavailable(method, code, description);
  if (code === 429) {
    const retryAfterMs = Math.ceil(Math.max(1, refusal.retryAfterSeconds ?? 1) * 1000);
    return new TooManyRequests(method, code, description, retryAfterMs);
  }
  if (code === 403) return new ChatBlocked(method, code, description);
  if (code === 401) return new Unauthorized(method, code, description);
  const Meant = MEANINGS.find(([words]) => words.test(description))?.[1] ?? BadRequest;
  return new Meant(method, code, description);
}
