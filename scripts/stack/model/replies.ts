import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Behaviour } from './behaviour.ts';
import type { Completion } from './model.ts';

const HUGE_BYTES = 10 * 1024 * 1024;
const PIECE = 16 * 1024;
const TRICKLE_MS = 50;

/** Answers a request as `behaviour` says; `complete` gives what the model has to say, for those that get that far. */
export async function send(
  response: ServerResponse,
  behaviour: Behaviour,
  authorization: string,
  complete: () => Completion,
): Promise<void> {
  if (typeof behaviour === 'object' && 'retryAfterS' in behaviour) {
    response.setHeader('retry-after', String(behaviour.retryAfterS));
    return sendError(response, 429, 'too many requests');
  }
  if (typeof behaviour === 'object' && 'afterMs' in behaviour) {
    await wait(behaviour.afterMs, undefined, { ref: false });
    return sendCompletion(response, complete());
  }
  if (typeof behaviour === 'object' && 'usage' in behaviour) {
    return sendJson(response, 200, { ...completionOf(complete()), usage: behaviour.usage });
  }
  switch (behaviour) {
    case 'hang':
      return;
    case 'reset':
      return void response.socket?.resetAndDestroy();
    case 'server_error':
      return sendError(response, 500, 'the server had an error');
    case 'rate_limited':
      return sendError(response, 429, 'too many requests');
    case 'unauthorized':
      return sendError(response, 401, `incorrect API key provided: ${authorization}`);
    case 'redirect':
      return void response.writeHead(307, { location: '/elsewhere/v1/chat/completions' }).end();
    case 'html':
      return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>');
    case 'huge':
      return sendHuge(response);
    case 'trickle':
      return trickle(response);
    default:
      return sendCompletion(response, complete());
  }
}

function sendCompletion(response: ServerResponse, completion: Completion) {
  sendJson(response, 200, completionOf(completion));
}

function completionOf({ content, refusal = '', finishReason = 'stop' }: Completion) {
  const message = { role: 'assistant', content, refusal: refusal === '' ? null : refusal };
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'model-of-the-test-server',
    choices: [{ index: 0, message, finish_reason: finishReason, logprobs: null }],
    usage: { prompt_tokens: 900, completion_tokens: 200, total_tokens: 1_100 },
  };
}

function sendError(response: ServerResponse, status: number, message: string) {
  sendJson(response, status, { error: { message, type: 'error', param: null, code: null } });
}

function sendJson(response: ServerResponse, status: number, body: unknown) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** No faster than it is read, so that the bytes sent tell what was. */
async function sendHuge(response: ServerResponse) {
  const body = JSON.stringify(completionOf({ content: 'x'.repeat(HUGE_BYTES) }));
  response.writeHead(200, { 'content-type': 'application/json' });
  await pipeline(Readable.from(pieces(body)), response).catch(() => undefined);
}

function* pieces(text: string) {
  for (let at = 0; at < text.length; at += PIECE) yield text.slice(at, at + PIECE);
}

function trickle(response: ServerResponse) {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), TRICKLE_MS);
  response.once('close', () => clearInterval(timer));
}
