import type { World } from '../state/world.ts';
import type { TelegramUpdate } from '../updates/telegramObjects.ts';
import type { Webhook } from '../updates/webhook.ts';
import { BotApiError, badRequest } from './botApiError.ts';
import type { Method } from './method.ts';
import type { Params } from './params.ts';

const POLL_SECONDS_AT_MOST = 50;
const UPDATES_AT_ONCE = 100;
const CONNECTIONS = { fallback: 40, min: 1, max: 100 };

/** The methods by which the bot gets its updates: long polling or a webhook, never both. */
export function updateMethods(world: World, webhook: Webhook): Record<string, Method> {
  let endCurrentPoll: ((error: BotApiError) => void) | undefined;

  return {
    getUpdates(params, signal) {
      if (webhook.isSet)
        throw conflict(
          "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        );
      const limit = params.integerWithin('limit', {
        fallback: UPDATES_AT_ONCE,
        min: 1,
        max: UPDATES_AT_ONCE,
      });
      const seconds = params.integerWithin('timeout', { fallback: 0, min: 0, max: POLL_SECONDS_AT_MOST });
      setAllowedUpdates(params);
      world.updates.confirm(params.integer('offset'));
      const updates = world.updates.first(limit);
      return updates.length > 0 || seconds === 0 ? updates : poll(limit, seconds * 1000, signal);
    },

    setWebhook(params) {
      const url = params.string('url');
      if (url !== '') checkWebhook(url, params.string('secret_token'));
      if (params.boolean('drop_pending_updates')) world.updates.clear();
      setAllowedUpdates(params);
      const secret = params.string('secret_token');
      const maxConnections = params.integerWithin('max_connections', CONNECTIONS);
      webhook.set(url === '' ? undefined : { url, secret, maxConnections });
      if (url !== '') endCurrentPoll?.(conflict('terminated by setWebhook request'));
      return true;
    },

    deleteWebhook(params) {
      if (params.boolean('drop_pending_updates')) world.updates.clear();
      webhook.set(undefined);
      return true;
    },

    getWebhookInfo: () => ({
      ...webhook.info(),
      ...(world.allowedUpdates ? { allowed_updates: [...world.allowedUpdates] } : {}),
    }),
  };

  /** Waits for an update. A later poll ends this one with a conflict, as on Telegram. */
  function poll(limit: number, waitMs: number, signal: AbortSignal): Promise<TelegramUpdate[]> {
    endCurrentPoll?.(
      conflict('terminated by other getUpdates request; make sure that only one bot instance is running'),
    );
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        unsubscribe();
        signal.removeEventListener('abort', finish);
        if (endCurrentPoll === fail) endCurrentPoll = undefined;
      };
      const finish = () => {
        stop();
        resolve(signal.aborted ? [] : world.updates.first(limit));
      };
      const fail = (error: BotApiError) => {
        stop();
        reject(error);
      };
      const unsubscribe = world.updates.subscribe(finish);
      const timer = setTimeout(finish, waitMs);
      signal.addEventListener('abort', finish);
      endCurrentPoll = fail;
    });
  }

  /** A missing or broken list changes nothing; an empty one means all types again. */
  function setAllowedUpdates(params: Params): void {
    const given = params.string('allowed_updates');
    if (given === '') return;
    const types = parseTypes(given);
    if (types) world.allowedUpdates = types.length > 0 ? new Set(types) : undefined;
  }
}

function parseTypes(json: string): string[] | undefined {
  try {
    const types: unknown = JSON.parse(json);
    if (!Array.isArray(types) || !types.every((type) => typeof type === 'string')) return undefined;
    return types.map((type) => type.toLowerCase());
  } catch {
    return undefined;
  }
}

/** Unlike Telegram, the sandbox delivers to plain http as well: it runs beside the bot on one machine. */
function checkWebhook(url: string, secret: string): void {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw badRequest('invalid webhook URL specified');
  if (secret.length > 256) throw badRequest('secret token is too long');
  if (!/^[A-Za-z0-9_-]*$/.test(secret)) throw badRequest('secret token contains unallowed characters');
}

function conflict(problem: string): BotApiError {
  return new BotApiError(409, `Conflict: ${problem}`);
}
