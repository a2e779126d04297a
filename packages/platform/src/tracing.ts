import type { Logger } from './logger.ts';
import type { Subject } from './traceIds.ts';
import type { TracingEnvironment } from './tracingFields.ts';

/** Ids of rows, counts, outcomes and names of ours: nothing that a learner wrote, and nobody's id. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** What is known of a span before its work begins. */
export interface SpanDetails {
  /** Default: internal. */
  readonly kind?: 'server' | 'client' | 'producer' | 'consumer';
  readonly attributes?: SpanAttributes;
}

/** What is known of a span once it has ended. */
export interface EndedSpan extends SpanDetails {
  /** What went wrong, as a name from a small set; without it all went well. */
  readonly failure?: string | undefined;
}

/** Adds to the attributes of the span whose work is running. */
export type Describe = (attributes: SpanAttributes) => void;

/**
 * Records spans. Never fails, never waits for whoever collects them, and changes nothing about the work: an error of it
 * passes through, and is recorded by its name alone.
 */
export interface Tracing {
  /** False when nothing is recorded: then there is no need to prepare anything for it. */
  readonly on: boolean;
  /**
   * Runs `work` in a span of the subject's trace: below the active span when that is of the same subject, else below the
   * first span. Without a subject it is a trace of its own. `isExpected` says which errors are no failures.
   */
  run<T>(
    subject: Subject | null,
    name: string,
    details: SpanDetails & { readonly isExpected?: (error: unknown) => boolean },
    work: (describe: Describe) => Promise<T>,
  ): Promise<T>;
  /** Runs `work` in a span below the active one; without an active one it just runs it. */
  step<T>(name: string, details: SpanDetails, work: (describe: Describe) => Promise<T>): Promise<T>;
  /** Records a step that has just ended and took `seconds`. */
  stepEnded(name: string, details: EndedSpan, seconds: number): void;
  /**
   * Records in the subject's trace what began at `startedAt` (epoch milliseconds) and has just ended. `first` is the span
   * below which all others of the trace are: record it once.
   */
  ended(
    subject: Subject,
    name: string,
    details: EndedSpan & { readonly first?: boolean },
    startedAt: number,
  ): void;
  /** Sends what is recorded and not yet sent, as far as that takes little time. */
  close(): Promise<void>;
}

/** Records nothing. */
export const untraced: Tracing = {
  on: false,
  run: (_subject, _name, _details, work) => work(ignore),
  step: (_name, _details, work) => work(ignore),
  stepEnded: ignore,
  ended: ignore,
  close: async () => {},
};

function ignore(): void {}

export interface TracingOptions {
  readonly env: TracingEnvironment;
  /** Name of the service, unless `OTEL_SERVICE_NAME` gives it another. */
  readonly service: string;
  readonly version: string;
  readonly logger: Logger;
  /** The service's grace time; the last sending takes a small part of it at most. */
  readonly graceMs: number;
}
