import type { ServiceRegistry } from './registry.ts';

/** What a connection to the database tells the registry. */
export interface DatabaseMetrics {
  /** How long a statement of a store took. */
  onQuery(store: string, seconds: number): void;
  /** Shows the pool's connections by state; asked at each scrape. */
  watchPool(read: () => Readonly<Record<string, number>>): void;
}

/** `rung_db_query_duration_seconds{store}` and `rung_db_pool_connections{state}`. */
export function observeDatabase(registry: ServiceRegistry): DatabaseMetrics {
  const queries = registry.histogram({
    name: 'rung_db_query_duration_seconds',
    help: 'How long statements took, by the store that ran them',
    labelNames: ['store'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5],
  });
  // Looking labels up costs prom-client more than counting does.
  const byStore = new Map<string, { observe(seconds: number): void }>();
  return {
    onQuery(store, seconds) {
      let histogram = byStore.get(store);
      if (histogram === undefined) {
        histogram = queries.labels({ store });
        byStore.set(store, histogram);
      }
      histogram.observe(seconds);
    },
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
