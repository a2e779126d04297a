import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, STATUS_CODES } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { TelegramUpdate } from './telegramObjects.ts';

const TIMEOUT_MS = 20_000;

/** A delivery that did not succeed. `retryAfterSeconds` is 0 when the receiver named no time. */
export interface WebhookFailure {
  message: string;
  retryAfterSeconds: number;
}

/** Posts updates to one webhook over connections that are kept open. */
export class WebhookClient {
  readonly #url: URL;
  readonly #headers: Record<string, string>;
  readonly #agent: HttpAgent;

  constructor({ url, secret, maxConnections }: { url: string; secret: string; maxConnections: number }) {
    this.#url = new URL(url);
    this.#headers = {
      'content-type': 'application/json',
      ...(secret === '' ? {} : { 'x-telegram-bot-api-secret-token': secret }),
    };
    const options = { keepAlive: true, maxSockets: maxConnections };
    this.#agent = this.#url.protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options);
  }

  /** Posts one update; undefined when the receiver answered with a 2xx. Never rejects. */
  post(update: TelegramUpdate): Promise<WebhookFailure | undefined> {
    const body = Buffer.from(JSON.stringify(update));
    const send = this.#url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve) => {
      const fail = (message: string) => resolve({ message, retryAfterSeconds: 0 });
      const request = send(this.#url, {
        method: 'POST',
        agent: this.#agent,
        headers: { ...this.#headers, 'content-length': body.length },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      request.on('response', (response) => {
        response.resume();
        response.on('end', () => resolve(failureOf(response)));
        response.on('error', () => fail('Connection closed'));
      });
      request.on('error', (error: NodeJS.ErrnoException) => fail(describe(error)));
      request.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function failureOf(response: IncomingMessage): WebhookFailure | undefined {
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return undefined;
  const seconds = Number.parseInt(response.headers['retry-after'] ?? '0', 10);
  return {
    message: `Wrong response from the webhook: ${status} ${response.statusMessage || STATUS_CODES[status]}`,
    retryAfterSeconds: Number.isNaN(seconds) ? 0 : Math.max(seconds, 0),
  };
}

function describe(error: NodeJS.ErrnoException): string {
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'Read timeout expired';
  if (error.code === 'ECONNREFUSED') return 'Connection refused';
  if (error.code === 'ENOTFOUND') return 'Failed to resolve host: Name or service not known';
  return 'Connection closed';
}
