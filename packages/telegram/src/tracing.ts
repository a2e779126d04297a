import type { Tracing } from '@rung/platform';
import type { TelegramClientOptions } from './client.ts';
import type { RequestOutcome } from './errors.ts';

type OnRequest = NonNullable<TelegramClientOptions['onRequest']>;

/** What the client reports as success. */
const harmless: ReadonlySet<RequestOutcome> = new Set(['ok', 'not_modified', 'too_old']);

/**
 * Records each request as a step of what is traced, and tells `next` of it as well. Of the address only the host: the
 * rest holds the token, and the payload what learners wrote.
 */
export function traceRequests(tracing: Tracing, apiRoot: string, next: OnRequest): OnRequest {
  if (!tracing.on) return next;
  const { hostname } = new URL(apiRoot);
  return (method, outcome, seconds) => {
    next(method, outcome, seconds);
    const attributes = { 'server.address': hostname, 'rung.telegram.outcome': outcome };
    const failure = harmless.has(outcome) ? undefined : outcome;
    tracing.stepEnded(`telegram ${method}`, { kind: 'client', attributes, failure }, seconds);
  };
}
