import { setTimeout as wait } from 'node:timers/promises';
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { activeSpan } from './activeSpan.ts';
import { makeFineClock } from './fineClock.ts';
import { type Subject, traceIdsOf } from './traceIds.ts';
import { connectTracer } from './tracer.ts';
import type { Describe, EndedSpan, SpanDetails, Tracing, TracingOptions } from './tracing.ts';

const LAST_SENDING_MS = 2_000;

const kinds = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

/** Tracing to an endpoint that takes OTLP over HTTP. */
export function openTracing(options: TracingOptions, endpoint: string): Tracing {
  const environment = options.env.OTEL_RESOURCE_ATTRIBUTES?.['deployment.environment.name'] ?? '';
  const { tracer, ids, shutdown } = connectTracer(options, endpoint);
  const nowMs = makeFineClock();

  function begin(name: string, details: SpanDetails, parent: Context, startTime = nowMs()): Span {
    // What happens to one subject because of another is in the trace of its own; this leads to the other.
    const cause = activeSpan.getStore();
    const isElsewhere = cause !== undefined && trace.getSpan(parent) !== cause.span;
    return tracer.startSpan(
      name,
      {
        kind: details.kind === undefined ? SpanKind.INTERNAL : kinds[details.kind],
        attributes: { ...details.attributes },
        links: isElsewhere ? [{ context: cause.span.spanContext() }] : [],
        startTime,
      },
      parent,
    );
  }

  /** Where spans of this subject go. */
  function contextOf(subject: Subject | null): Context {
    if (subject === null) return ROOT_CONTEXT;
    const active = activeSpan.getStore();
    if (active?.subject === subject) return active.context;
    const first = { ...traceIdsOf(subject, environment), traceFlags: TraceFlags.SAMPLED, isRemote: true };
    return trace.setSpanContext(ROOT_CONTEXT, first);
  }

  async function runIn<T>(
    span: Span,
    subject: Subject | null,
    isExpected: (error: unknown) => boolean,
    work: (describe: Describe) => Promise<T>,
  ): Promise<T> {
    const active = span.isRecording()
      ? { subject, span, context: trace.setSpan(ROOT_CONTEXT, span) }
      : undefined;
    try {
      return await activeSpan.run(active, () =>
        work((described) => void span.setAttributes({ ...described })),
      );
    } catch (error) {
      if (!isExpected(error)) fail(span, nameOf(error));
      throw error;
    } finally {
      span.end(nowMs());
    }
  }

  const never = (): boolean => false;
  return {
    on: true,

    run: (subject, name, details, work) =>
      runIn(begin(name, details, contextOf(subject)), subject, details.isExpected ?? never, work),

    step(name, details, work) {
      const active = activeSpan.getStore();
      if (active === undefined) return work(() => {});
      return runIn(begin(name, details, active.context), active.subject, never, work);
    },

    stepEnded(name, details, seconds) {
      const active = activeSpan.getStore();
      if (active === undefined) return;
      const now = nowMs();
      end(begin(name, details, active.context, now - seconds * 1000), details, now);
    },

    ended(subject, name, details, startedAt) {
      const now = nowMs();
      const span =
        details.first === true
          ? ids.using(traceIdsOf(subject, environment), () => begin(name, details, ROOT_CONTEXT, startedAt))
          : begin(name, details, contextOf(subject), startedAt);
      end(span, details, Math.max(now, startedAt));
    },

    async close() {
      const sent = shutdown().catch(() => undefined);
      await Promise.race([
        sent,
        wait(Math.min(LAST_SENDING_MS, options.graceMs / 4), undefined, { ref: false }),
      ]);
    },
  };
}

function end(span: Span, { failure }: EndedSpan, atMs: number): void {
  if (failure !== undefined) fail(span, failure);
  span.end(atMs);
}

function fail(span: Span, failure: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', failure);
}

/** Its code, as PostgreSQL and Node give one, or its name. Not its message, which may quote what somebody wrote. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
