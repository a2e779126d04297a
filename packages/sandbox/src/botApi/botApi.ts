import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { CallFault } from '../faults/fault.ts';
import type { Faults } from '../faults/faults.ts';
import type { World } from '../state/world.ts';
import type { Webhook } from '../updates/webhook.ts';
import { accountMethods } from './accountMethods.ts';
import { BotApiError, blockedByUser, tooManyRequests } from './botApiError.ts';
import type { CallLog } from './callLog.ts';
import { messageMethods } from './messageMethods.ts';
import type { Method } from './method.ts';
import { Params } from './params.ts';
import { readParams } from './requestBody.ts';
import { updateMethods } from './updateMethods.ts';

const PATH = /^\/bot([^/?]*)(?:\/([^/?]*))?(?:\?(.*))?$/;
const SERVER_ERRORS = { 500: 'Internal Server Error', 502: 'Bad Gateway', 503: 'Service Unavailable' };

/** A call as it arrived; `method` is spelled as in the documentation when it is known. */
interface BotCall {
  at: number;
  method: string;
  run: Method | undefined;
  params: Params;
  chatId: number | undefined;
}

/** Thrown instead of an answer: the caller waits until he gives up. */
class Unanswered extends Error {}

/**
 * The handler of `/bot<token>/<method>`.
 *
 * @returns a function that answers one request; it settles when the answer is sent or the caller has gone.
 */
export function makeBotApi(options: {
  token: string;
  world: World;
  webhook: Webhook;
  faults: Faults;
  calls: CallLog;
}) {
  const { token, world, webhook, faults, calls } = options;
  const methods = new Map(
    Object.entries({
      ...messageMethods(world),
      ...accountMethods(world),
      ...updateMethods(world, webhook),
    }).map(([name, run]) => [name.toLowerCase(), { name, run }]),
  );

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const gone = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    const [, givenToken = '', givenMethod = '', query = ''] = PATH.exec(request.url ?? '') ?? [];
    const known = methods.get(givenMethod.toLowerCase());
    const call: BotCall = {
      at: world.now(),
      method: known?.name ?? givenMethod,
      run: known?.run,
      params: new Params(new Map()),
      chatId: undefined,
    };
    try {
      call.params = await readParams(request, query);
      call.chatId =
        chatNamedBy(call.params) ?? world.callbacks.chatOf(call.params.string('callback_query_id'));
      if (![token, encodeURIComponent(token)].includes(givenToken))
        throw new BotApiError(401, 'Unauthorized');
      const result = await perform(call, gone.signal);
      log(call, { ok: true });
      reply(response, 200, { ok: true, result });
    } catch (error) {
      answerFailure(error, call, response);
    }
  };

  async function perform(call: BotCall, signal: AbortSignal): Promise<unknown> {
    if (!call.run)
      throw new BotApiError(404, call.method === '' ? 'Not Found' : 'Not Found: method not found');
    const { delayMs, fault, pausedForSeconds } = faults.planCall({
      method: call.method,
      chatId: call.chatId,
      isToChat: chatNamedBy(call.params) !== undefined,
    });
    if (pausedForSeconds !== undefined) throw tooManyRequests(pausedForSeconds);
    if (delayMs > 0) await delay(delayMs, undefined, { signal });
    if (fault?.kind === 'timeout' && fault.apply) await call.run(call.params, signal);
    if (fault) throw failureOf(fault);
    return call.run(call.params, signal);
  }

  function answerFailure(error: unknown, call: BotCall, response: ServerResponse): void {
    if (error instanceof Unanswered || response.destroyed) {
      log(call, { ok: false });
      return;
    }
    const failure = error instanceof BotApiError ? error : new BotApiError(500, 'Internal Server Error');
    if (failure !== error) process.emitWarning(error instanceof Error ? error : String(error));
    log(call, { ok: false, errorCode: failure.code });
    reply(response, failure.code, {
      ok: false,
      error_code: failure.code,
      description: failure.description,
      ...(failure.retryAfter === undefined ? {} : { parameters: { retry_after: failure.retryAfter } }),
    });
  }

  function log({ at, method, params, chatId }: BotCall, outcome: { ok: boolean; errorCode?: number }): void {
    calls.add({ at, method, chatId: chatId ?? null, ...outcome, params: Object.fromEntries(params.values) });
  }
}

function chatNamedBy(params: Params): number | undefined {
  const given = params.values.get('chat_id');
  const chatId = typeof given === 'number' ? given : Number.parseInt(String(given ?? ''), 10);
  return Number.isSafeInteger(chatId) ? chatId : undefined;
}

function failureOf(fault: CallFault): Error {
  switch (fault.kind) {
    case 'tooManyRequests':
      return tooManyRequests(fault.retryAfter);
    case 'serverError':
      return new BotApiError(fault.status, SERVER_ERRORS[fault.status]);
    case 'blocked':
      return blockedByUser();
    case 'timeout':
      return new Unanswered();
  }
}

/** The envelope of every answer of the Bot API. */
type Envelope =
  | { ok: true; result: unknown }
  | { ok: false; error_code: number; description: string; parameters?: { retry_after: number } };

function reply(response: ServerResponse, status: number, envelope: Envelope): void {
  const json = JSON.stringify(envelope);
  const retryAfter = envelope.ok ? undefined : envelope.parameters?.retry_after;
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(json),
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
  });
  response.end(json);
}
