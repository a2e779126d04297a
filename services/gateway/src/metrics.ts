import { type ServiceRegistry, startAtZero } from '@rung/platform';
import type { UpdateResult } from './receive.ts';
import type { UpdateType } from './route.ts';

const updateTypes = Object.keys({
  message: 0,
  callback_query: 0,
  my_chat_member: 0,
  other: 0,
} satisfies Record<UpdateType, 0>);
const updateResults = Object.keys({
  accepted: 0,
  repeated: 0,
  quarantined: 0,
  invalid: 0,
  limited: 0,
  refused: 0,
} satisfies Record<UpdateResult, 0>);

/** The gateway's own metrics. */
export interface GatewayMetrics {
  request(status: number, updateType: string, seconds: number): void;
  update(result: UpdateResult): void;
}

export function makeGatewayMetrics(registry: ServiceRegistry): GatewayMetrics {
  const requests = registry.counter({
    name: 'rung_webhook_requests_total',
    help: 'Webhook requests by class of status and type of update',
    labelNames: ['code_class', 'update_type'],
  });
  const durations = registry.histogram({
    name: 'rung_webhook_request_duration_seconds',
    help: 'From the first byte of a webhook request to the end of its answer',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
  });
  const updates = registry.counter({
    name: 'rung_updates_total',
    help: 'Updates by what became of them',
    labelNames: ['result'],
  });
  startAtZero(requests, { code_class: ['2xx', '4xx', '5xx'], update_type: updateTypes });
  startAtZero(updates, { result: updateResults });
  // Looking labels up costs prom-client more than counting does.
  const counters = new Map<string, { inc(): void }>();
  const counted = (key: string, make: () => { inc(): void }): { inc(): void } => {
    const counter = counters.get(key) ?? make();
    counters.set(key, counter);
    return counter;
  };
  return {
    request(status, updateType, seconds) {
      const labels = { code_class: `${Math.floor(status / 100)}xx`, update_type: updateType };
      counted(`${labels.code_class} ${updateType}`, () => requests.labels(labels)).inc();
      durations.observe(seconds);
    },
    update: (result) => counted(result, () => updates.labels({ result })).inc(),
  };
}
