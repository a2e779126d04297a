import { botIdOf } from '@rung/platform';
import { Telegram } from 'telegraf';
import type { Telegram as Methods, Opts } from 'telegraf/types';
import { type TelegramError, TelegramUnavailable } from './errors.ts';
import { type AbortSource, makePost, NoReply, type Post } from './post.ts';
import { errorOfRefusal, type Refusal } from './refusal.ts';

interface CallLimits {
  timeoutMs?: number;
  signal?: AbortSource;
}

/** The longest description that an error carries; a proxy's may be a page. */
const DESCRIPTION_LIMIT = 300;

/**
 * Telegraf's methods over a transport of our own, JSON bodies only. Telegraf's `callApi` goes through node-fetch:
 * three times the processor time a call, no keep-alive agent for `http:`, the token in its errors, and a
 * connection held by the unread body of each 5xx.
 */
export class BotApi extends Telegram {
  readonly #post: Post;
  readonly #timeoutMs: number;

  /** Throws when the token or the root is malformed, without showing the token. */
  constructor(token: string, apiRoot: string, timeoutMs: number) {
    botIdOf(token);
    super(token, { apiRoot, webhookReply: false });
    this.#post = makePost(new URL(apiRoot));
    this.#timeoutMs = timeoutMs;
  }

  /** The result of one method. Rejects with a TelegramError. */
  override async callApi<M extends keyof Methods>(
    method: M,
    payload: Opts<M>,
    { timeoutMs = this.#timeoutMs, signal }: CallLimits = {},
  ): Promise<ReturnType<Methods[M]>> {
    const limits = signal === undefined ? { timeoutMs } : { timeoutMs, signal };
    try {
      const { status, body } = await this.#post(
        `/bot${this.token}/${method}`,
        JSON.stringify(payload),
        limits,
      );
      return this.#resultOf(method, status, body);
    } catch (error) {
      if (error instanceof NoReply) throw new TelegramUnavailable(method, 0, error.message, error.left);
      throw error;
    }
  }

  #resultOf<M extends keyof Methods>(method: M, status: number, body: string): ReturnType<Methods[M]> {
    const reply = parseReply(body);
    if (reply === undefined)
      throw new TelegramUnavailable(method, status, 'not a reply of the Bot API', status < 300);
    if (reply.ok) return reply.result as ReturnType<Methods[M]>;
    throw this.#refused(method, reply.refusal);
  }

  #refused(method: string, refusal: Refusal): TelegramError {
    const description = refusal.description.replaceAll(this.token, '[token]').slice(0, DESCRIPTION_LIMIT);
    return errorOfRefusal(method, { ...refusal, description });
  }
}

type Reply = { ok: true; result: unknown } | { ok: false; refusal: Refusal };

/** A reply of the Bot API, or undefined for anything else: what a proxy says must not be taken for Telegram's word. */
function parseReply(body: string): Reply | undefined {
  let reply: unknown;
  try {
    reply = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (!isRecord(reply)) return undefined;
  if (reply.ok === true && 'result' in reply) return { ok: true, result: reply.result };
  if (reply.ok !== false || typeof reply.error_code !== 'number') return undefined;
  const refusal: Refusal = { code: reply.error_code, description: String(reply.description ?? '') };
  const wait = isRecord(reply.parameters) ? reply.parameters.retry_after : undefined;
  return { ok: false, refusal: typeof wait === 'number' ? { ...refusal, retryAfterSeconds: wait } : refusal };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
