import {
  Counter,
  type CounterConfiguration,
  collectDefaultMetrics,
  Gauge,
  type GaugeConfiguration,
  Histogram,
  type HistogramConfiguration,
  Registry,
} from 'prom-client';

/** A registry that makes each metric once: asking again for the same name gives the same metric. */
export class ServiceRegistry extends Registry {
  counter<L extends string>(options: Omit<CounterConfiguration<L>, 'registers'>): Counter<L> {
    const known = this.getSingleMetric(options.name);
    return known instanceof Counter ? known : new Counter({ ...options, registers: [this] });
  }

  gauge<L extends string>(options: Omit<GaugeConfiguration<L>, 'registers'>): Gauge<L> {
    const known = this.getSingleMetric(options.name);
    return known instanceof Gauge ? known : new Gauge({ ...options, registers: [this] });
  }

  /** Durations are in seconds. */
  histogram<L extends string>(options: Omit<HistogramConfiguration<L>, 'registers'>): Histogram<L> {
    const known = this.getSingleMetric(options.name);
    return known instanceof Histogram ? known : new Histogram({ ...options, registers: [this] });
  }
}

/** The metrics of one service: Node's own, `rung_build_info{service,version}`, and what the service adds. */
export function makeRegistry(service: string, version: string): ServiceRegistry {
  const registry = new ServiceRegistry();
  collectDefaultMetrics({ register: registry });
  registry
    .gauge({ name: 'rung_build_info', help: 'Always 1; says what runs', labelNames: ['service', 'version'] })
    .set({ service, version }, 1);
  return registry;
}
