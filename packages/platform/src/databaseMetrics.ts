import type { ServiceRegistry } from './registry.ts';
import { type SpanDetails, type Tracing, untraced } from './tracing.ts';

/** What a connection to the database tells the registry, and the trace of what it is used for. */
export interface DatabaseMetrics {
  /** How long a statement of a store took; `text` has no values in it. */
  onQuery(store: string, seconds: number, text: string): void;
  /** Runs a transaction of a store. */
  aroundTransaction<T>(store: string, run: () => Promise<T>): Promise<T>;
  /** Shows the pool's connections by state; asked at each scrape. */
  watchPool(read: () => Readonly<Record<string, number>>): void;
}

/**
 * `rung_db_query_duration_seconds{store}` and `rung_db_pool_connections{state}`; with `tracing` a span for each
 * transaction and statement of what is traced.
 */
export function observeDatabase(registry: ServiceRegistry, tracing: Tracing = untraced): DatabaseMetrics {
  const queries = registry.histogram({
    name: 'rung_db_query_duration_seconds',
    help: 'How long statements took, by the store that ran them',
    labelNames: ['store'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5],
  });
  // Looking labels up costs prom-client more than counting does.
  const byStore = new Map<string, { observe(seconds: number): void }>();
  return {
    onQuery(store, seconds, text) {
      let histogram = byStore.get(store);
      if (histogram === undefined) {
        histogram = queries.labels({ store });
        byStore.set(store, histogram);
      }
      histogram.observe(seconds);
      if (tracing.on) tracing.stepEnded(`${verbOf(text)} ${store}`, statement(text), seconds);
    },
    aroundTransaction: (store, run) =>
      tracing.on ? tracing.step(`transaction ${store}`, database, run) : run(),
    watchPool(read) {
      registry.gauge({
        name: 'rung_db_pool_connections',
        help: 'Connections of the pool by state; waiting counts callers without one',
        labelNames: ['state'],
        collect() {
          for (const [state, count] of Object.entries(read())) this.set({ state }, count);
        },
      });
    },
  };
}

const database = { kind: 'client', attributes: { 'db.system.name': 'postgresql' } } as const;

function statement(text: string): SpanDetails {
  return {
    ...database,
    attributes: { ...database.attributes, 'db.query.text': text.replaceAll(/\s+/g, ' ') },
  };
}

/** What a statement does, by its first word. */
function verbOf(text: string): string {
  return /^\s*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? 'statement';
}
