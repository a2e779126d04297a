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
import { joinExpositions } from './exposition.ts';

/** A registry that makes each metric once: asking again for the same name gives the same metric. */
export class ServiceRegistry extends Registry {
  readonly #others: (() => Promise<string>)[] = [];

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

  /**
   * Also shows the metrics of another process: `read` resolves to what its registry's `metrics()` gives, and is asked at
   * each scrape. Every series of it must carry a label that none has here. When it rejects they are absent.
   */
  include(read: () => Promise<string>): void {
    this.#others.push(read);
  }

  override async metrics(): Promise<string> {
    const own = await super.metrics();
    if (this.#others.length === 0) return own;
    const others = await Promise.all(this.#others.map((read) => read().catch(() => '')));
    return joinExpositions([own, ...others]);
  }
}

/**
 * Shows a counter at zero for all combinations of these labels, before anything is counted: a rate over what has never
 * happened is 0 then, and the first time is an increase.
 */
export function startAtZero<L extends string>(
  counter: Counter<L>,
  labels: Readonly<Record<NoInfer<L>, readonly string[]>>,
): void {
  const sets = (Object.keys(labels) as L[]).reduce<Partial<Record<L, string>>[]>(
    (before, name) => before.flatMap((set) => labels[name].map((value) => ({ ...set, [name]: value }))),
    [{}],
  );
  for (const set of sets) counter.inc(set, 0);
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
