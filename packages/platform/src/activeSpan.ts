import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context, Span } from '@opentelemetry/api';
import type { Subject } from './traceIds.ts';

/** The span in which the current work runs; only spans that are recorded. */
export interface ActiveSpan {
  /** Null for a trace that is about neither an update nor a delivery. */
  readonly subject: Subject | null;
  readonly span: Span;
  /** Has the span in it, for those below. */
  readonly context: Context;
}

/** Empty unless tracing is on. */
export const activeSpan = new AsyncLocalStorage<ActiveSpan | undefined>();

/** Id of the trace that the current work is recorded in; undefined when it is not recorded. */
export function activeTraceId(): string | undefined {
  return activeSpan.getStore()?.span.spanContext().traceId;
}
