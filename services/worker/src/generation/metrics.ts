import { type ModelProvider, type ServiceRegistry, startAtZero } from '@rung/platform';
import type { CallOutcome, CircuitState, GeneratorOptions, RejectionReason } from '@rung/questions';

/** What generation tells of itself, as `makeGenerator` takes it. */
export type GenerationMetrics = Pick<
  GeneratorOptions,
  'onRequest' | 'onQuestion' | 'onRejected' | 'onCircuit'
>;

/** Values of `rung_circuit_state`. */
const CIRCUIT: Record<CircuitState, number> = { closed: 0, half_open: 1, open: 2 };

const outcomes = Object.keys({
  ok: 0,
  timeout: 0,
  unreachable: 0,
  rate_limited: 0,
  server_error: 0,
  refused: 0,
  too_large: 0,
  bad_reply: 0,
  cancelled: 0,
} satisfies Record<CallOutcome, 0>);
const reasons = Object.keys({
  too_large: 0,
  truncated: 0,
  refusal: 0,
  not_json: 0,
  schema: 0,
  off_target: 0,
  length: 0,
  options: 0,
  characters: 0,
  markup: 0,
  contact: 0,
  profanity: 0,
  blocked_topic: 0,
  instructions: 0,
  quality: 0,
  duplicate: 0,
  wrong_key: 0,
  ambiguous: 0,
  unverified: 0,
} satisfies Record<RejectionReason, 0>);

/** Metrics of language models; of those that are configured, all are shown before the first request. */
export function makeGenerationMetrics(
  registry: ServiceRegistry,
  providers: readonly Pick<ModelProvider, 'name' | 'model'>[],
): GenerationMetrics {
  const requests = registry.counter({
    name: 'rung_llm_requests_total',
    help: 'Requests to language models by how they ended',
    labelNames: ['provider', 'outcome'],
  });
  const durations = registry.histogram({
    name: 'rung_llm_request_duration_seconds',
    help: 'How long requests to language models took',
    labelNames: ['provider'],
    buckets: [0.25, 0.5, 1, 2, 5, 10, 20, 30, 60],
  });
  const written = registry.counter({
    name: 'rung_questions_generated_total',
    help: 'Questions that a model wrote and that passed every check',
    labelNames: ['model'],
  });
  const rejected = registry.counter({
    name: 'rung_questions_rejected_total',
    help: 'Output of language models that was refused, by reason',
    labelNames: ['reason'],
  });
  const circuit = registry.gauge({
    name: 'rung_circuit_state',
    help: 'Whether a provider is asked: 0 closed (yes), 1 half open (one request at a time), 2 open (no)',
    labelNames: ['provider'],
  });
  for (const { name: provider, model } of providers) {
    circuit.set({ provider }, CIRCUIT.closed);
    startAtZero(requests, { provider: [provider], outcome: outcomes });
    durations.zero({ provider });
    startAtZero(written, { model: [model] });
    startAtZero(rejected, { reason: reasons });
  }
  return {
    onRequest(provider, outcome, seconds) {
      requests.inc({ provider, outcome });
      durations.observe({ provider }, seconds);
    },
    onQuestion: (model) => written.inc({ model }),
    onRejected: (reason) => rejected.inc({ reason }),
    onCircuit: (provider, state) => circuit.set({ provider }, CIRCUIT[state]),
  };
}
