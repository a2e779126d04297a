import { type ServiceRegistry, startAtZero } from '@rung/platform';
import type { RequestOutcome } from './errors.ts';

const outcomes = Object.keys({
  ok: 0,
  blocked: 0,
  too_many_requests: 0,
  not_modified: 0,
  too_old: 0,
  gone: 0,
  unauthorized: 0,
  bad_request: 0,
  unavailable: 0,
} satisfies Record<RequestOutcome, 0>);

/**
 * `rung_telegram_requests_total{method,outcome}` of this registry, to be told of every request. `methods` are those that
 * the service calls; they are shown before the first call.
 */
export function countRequests(
  registry: ServiceRegistry,
  methods: readonly string[],
): (method: string, outcome: RequestOutcome) => void {
  const requests = registry.counter({
    name: 'rung_telegram_requests_total',
    help: 'Calls of the Bot API by method and outcome',
    labelNames: ['method', 'outcome'],
  });
  startAtZero(requests, { method: methods, outcome: outcomes });
  return (method, outcome) => requests.inc({ method, outcome });
}
