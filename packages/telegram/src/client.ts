import type {
  InlineKeyboardMarkup,
  Telegram as Methods,
  Opts,
  UserFromGetMe,
  WebhookInfo,
} from 'telegraf/types';
import { BotApi } from './botApi.ts';
import {
  NotModified,
  QueryTooOld,
  type RequestOutcome,
  TelegramError,
  TelegramUnavailable,
} from './errors.ts';

/** A message as it is to be shown: text in Telegram's HTML, at most 4,096 units once parsed, and rows of buttons. */
export interface OutgoingMessage {
  readonly text: string;
  /** `data` is at most 64 bytes. No rows: no buttons. */
  readonly keyboard: readonly (readonly { readonly text: string; readonly data: string }[])[];
}

/** An update as Telegram sent it, to be stored as it is. */
export interface RawUpdate {
  readonly update_id: number;
}

export interface TelegramClientOptions {
  /** `<bot id>:<secret>`; appears in no error. */
  token: string;
  /** `https://api.telegram.org`, or another server of the Bot API. */
  apiRoot: string;
  /** The HTTP request is aborted after this long, in milliseconds (10,000). A long poll has this on top of its own wait. */
  timeoutMs?: number;
  /** Told of every request that ended, with its duration in seconds; not of those that the caller aborted. */
  onRequest?: (method: string, outcome: RequestOutcome, seconds: number) => void;
}

/** The Bot API, as far as it is used. Every call rejects with a TelegramError of errors.ts when it fails. */
export interface TelegramClient {
  /** Sends with link previews off. No send is idempotent: after TelegramUnavailable the message may be there. */
  sendMessage(chatId: string, message: OutgoingMessage): Promise<{ messageId: number }>;
  /** Replaces text and buttons; `unchanged` when the message is so already. */
  editMessage(chatId: string, messageId: number, message: OutgoingMessage): Promise<'edited' | 'unchanged'>;
  /** Stops the button's spinner, with a notice of at most 200 characters; `too_old` when Telegram no longer waits for it. */
  answerCallback(callbackId: string, text?: string): Promise<'answered' | 'too_old'>;
  getMe(): Promise<UserFromGetMe>;
  /** Long poll: at most `limit` (1-100) updates from `offset` on, waiting up to `timeoutSeconds`. An abort rejects with the signal's reason. */
  getUpdates(poll: {
    offset?: number;
    timeoutSeconds: number;
    limit: number;
    allowedUpdates?: readonly Update[];
    signal?: AbortSignal;
  }): Promise<readonly RawUpdate[]>;
  /** Replaces the menu of commands, for one language (ISO 639-1) or for everybody without one of their own. */
  setMyCommands(
    commands: readonly { readonly command: string; readonly description: string }[],
    languageCode?: string,
  ): Promise<void>;
  setWebhook(webhook: {
    url: string;
    secretToken: string;
    allowedUpdates: readonly Update[];
    maxConnections: number;
  }): Promise<void>;
  getWebhookInfo(): Promise<WebhookInfo>;
  deleteWebhook(): Promise<void>;
}

type Update = NonNullable<Opts<'getUpdates'>['allowed_updates']>[number];

/** A client with its own keep-alive connections. Opens none before the first call; throws when the token is malformed. */
export function makeTelegramClient(options: TelegramClientOptions): TelegramClient {
  const { token, apiRoot, timeoutMs = 10_000, onRequest = () => {} } = options;
  const api = new BotApi(token, apiRoot, timeoutMs);

  async function call<M extends keyof Methods>(
    method: M,
    payload: Opts<M>,
    limits?: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<ReturnType<Methods[M]>> {
    limits?.signal?.throwIfAborted();
    const started = performance.now();
    const ended = (outcome: RequestOutcome) =>
      onRequest(method, outcome, (performance.now() - started) / 1000);
    try {
      const result = await api.callApi(method, payload, limits);
      ended('ok');
      return result;
    } catch (error) {
      limits?.signal?.throwIfAborted();
      if (error instanceof TelegramError) ended(error.outcome);
      throw error;
    }
  }

  return {
    async sendMessage(chatId, { text, keyboard }) {
      const sent = await call('sendMessage', {
        chat_id: chatId,
        text,
        ...FORMAT,
        ...(keyboard.length === 0 ? {} : { reply_markup: inline(keyboard) }),
      });
      if (!Number.isSafeInteger(sent?.message_id)) {
        throw new TelegramUnavailable('sendMessage', 200, 'a reply without a message id', true);
      }
      return { messageId: sent.message_id };
    },

    async editMessage(chatId, messageId, { text, keyboard }) {
      const edit = {
        chat_id: chatId,
        message_id: messageId,
        text,
        ...FORMAT,
        reply_markup: inline(keyboard),
      };
      const done = await succeedsOn(NotModified, call('editMessageText', edit));
      return done ? 'edited' : 'unchanged';
    },

    async answerCallback(callbackId, text) {
      const answer = { callback_query_id: callbackId, ...(text === undefined ? {} : { text }) };
      const done = await succeedsOn(QueryTooOld, call('answerCallbackQuery', answer));
      return done ? 'answered' : 'too_old';
    },

    getMe: () => call('getMe', {}),

    async getUpdates({ offset, timeoutSeconds, limit, allowedUpdates, signal }) {
      const poll = {
        timeout: timeoutSeconds,
        limit,
        ...(offset === undefined ? {} : { offset }),
        ...(allowedUpdates === undefined ? {} : { allowed_updates: allowedUpdates }),
      };
      const limits = {
        timeoutMs: timeoutMs + timeoutSeconds * 1000,
        ...(signal === undefined ? {} : { signal }),
      };
      const updates = await call('getUpdates', poll, limits);
      if (!Array.isArray(updates)) throw new TelegramUnavailable('getUpdates', 200, 'a reply without a list');
      return updates;
    },

    async setMyCommands(commands, languageCode) {
      await call('setMyCommands', {
        commands,
        ...(languageCode === undefined ? {} : { language_code: languageCode }),
      });
    },

    async setWebhook({ url, secretToken, allowedUpdates, maxConnections }) {
      await call('setWebhook', {
        url,
        secret_token: secretToken,
        allowed_updates: allowedUpdates,
        max_connections: maxConnections,
      });
    },

    getWebhookInfo: () => call('getWebhookInfo', {}),

    async deleteWebhook() {
      await call('deleteWebhook', {});
    },
  };
}

const FORMAT = { parse_mode: 'HTML', link_preview_options: { is_disabled: true } } as const;

function inline(keyboard: OutgoingMessage['keyboard']): InlineKeyboardMarkup {
  return {
    inline_keyboard: keyboard.map((row) => row.map(({ text, data }) => ({ text, callback_data: data }))),
  };
}

/** Whether the call was carried out; false for the one error that means "as good as done". */
async function succeedsOn(
  harmless: typeof NotModified | typeof QueryTooOld,
  call: Promise<unknown>,
): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof harmless) return false;
    throw error;
  }
}
