import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { makeLogger, startTracing, type Tracing } from '@rung/platform';

/** A span as it arrived. */
export interface Span {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a span below none. */
  readonly parentSpanId: string;
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Spans of other traces that this one names. */
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly failed: boolean;
  readonly startMs: number;
  readonly endMs: number;
}

/** A collector of traces, OTLP over HTTP in JSON. */
export interface TraceReceiver {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  /** All that has arrived. */
  readonly spans: readonly Span[];
  /** Headers of the last request. */
  headers(): Readonly<Record<string, unknown>>;
  /** From now on: take what comes, refuse it with 400, or take a request and never answer it. */
  behave(how: 'take' | 'refuse' | 'hang'): void;
  close(): Promise<void>;
}

interface KeyValue {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface RawSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly KeyValue[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status?: { readonly code?: number };
}

interface ExportRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeSpans: readonly { readonly spans: readonly RawSpan[] }[];
  }[];
}

const PATH = '/v1/traces';
const FAILED = 2;

/** Listens on a port of the loopback interface. Close it. */
export async function startTraceReceiver(): Promise<TraceReceiver> {
  const spans: Span[] = [];
  let how: 'take' | 'refuse' | 'hang' = 'take';
  let headers: Readonly<Record<string, unknown>> = {};
  const server = createServer(async (request, response) => {
    const body = await json(request).catch(() => undefined);
    headers = request.headers;
    if (how === 'hang') return;
    const taken = how === 'take' && request.method === 'POST' && request.url === PATH;
    if (taken) spans.push(...read(body as ExportRequest));
    response.writeHead(taken ? 200 : 400, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    headers: () => headers,
    behave(next) {
      how = next;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Tracing, as a service's, to that receiver. Closing it sends everything. */
export function traceTo(receiver: TraceReceiver): Promise<Tracing> {
  return startTracing({
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_TRACES_SAMPLER_ARG: 1 },
    service: 'test',
    version: '0',
    logger: makeLogger({ service: 'test', level: 'error', format: 'json', secrets: [] }),
    graceMs: 10_000,
  });
}

function read({ resourceSpans }: ExportRequest): Span[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(attributesOf(resource.attributes)['service.name']);
    return scopeSpans.flatMap((scope) => scope.spans.map((span) => readSpan(service, span)));
  });
}

function readSpan(service: string, span: RawSpan): Span {
  return {
    service,
    name: span.name,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? '',
    kind: span.kind,
    attributes: attributesOf(span.attributes ?? []),
    links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
    failed: span.status?.code === FAILED,
    startMs: Number(BigInt(span.startTimeUnixNano) / 1000n) / 1000,
    endMs: Number(BigInt(span.endTimeUnixNano) / 1000n) / 1000,
  };
}

/** Of the kinds of value that there are: texts, numbers and booleans. */
function attributesOf(list: readonly KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]));
}
