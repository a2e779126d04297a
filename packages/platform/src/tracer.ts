import type { Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  type IdGenerator,
  RandomIdGenerator,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { tellLosses } from './spanExporter.ts';
import type { TraceIds } from './traceIds.ts';
import type { TracingOptions } from './tracing.ts';

/** A process that is killed loses the spans of this long. */
const SEND_EVERY_MS = 1_000;
/** A sending that takes longer is given up. */
const SEND_WITHIN_MS = 5_000;
/** Spans that wait to be sent, of about 2 KB each; more are dropped. */
const MOST_WAITING = 4_096;
/** Spans in one request, as many as are put into JSON in some milliseconds. */
const BATCH = 512;
const LONGEST_VALUE = 1_000;

/** OpenTelemetry's tracer, and what its interface does not offer. */
export interface ConnectedTracer {
  readonly tracer: Tracer;
  readonly ids: PresetIds;
  /** Sends what waits; rejects when that fails. */
  shutdown(): Promise<void>;
}

/** A tracer whose spans are sent to `endpoint`, many at a time. */
export function connectTracer(options: TracingOptions, endpoint: string): ConnectedTracer {
  const { env, service, version, logger } = options;
  const attributes = env.OTEL_RESOURCE_ATTRIBUTES ?? {};
  const ids = new PresetIds();
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers: env.OTEL_EXPORTER_OTLP_HEADERS ?? {},
    timeoutMillis: SEND_WITHIN_MS,
    // At the end all that waits is sent at once.
    concurrencyLimit: MOST_WAITING / BATCH + 2,
  });
  const provider = new TracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({
        'service.namespace': 'rung',
        'service.version': version,
        ...attributes,
        'service.name': env.OTEL_SERVICE_NAME ?? service,
      }),
    ),
    // By the id of the trace alone, so that all services decide alike.
    sampler: new TraceIdRatioBasedSampler(env.OTEL_TRACES_SAMPLER_ARG),
    idGenerator: ids,
    // Of a statement's text its beginning.
    spanLimits: { attributeValueLengthLimit: LONGEST_VALUE },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: tellLosses(exporter, logger),
        scheduledDelayMillis: SEND_EVERY_MS,
        exportTimeoutMillis: SEND_WITHIN_MS,
        maxQueueSize: MOST_WAITING,
        maxExportBatchSize: BATCH,
      }),
    ],
  });
  return { tracer: provider.getTracer('rung', version), ids, shutdown: () => provider.shutdown() };
}

/** Gives the spans that are begun within `using` the ids of a subject's first span, all others random ones. */
export class PresetIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  #preset: TraceIds | null = null;

  using<T>(ids: TraceIds, begin: () => T): T {
    this.#preset = ids;
    try {
      return begin();
    } finally {
      this.#preset = null;
    }
  }

  generateTraceId(): string {
    return this.#preset?.traceId ?? this.#random.generateTraceId();
  }

  generateSpanId(): string {
    return this.#preset?.spanId ?? this.#random.generateSpanId();
  }
}
