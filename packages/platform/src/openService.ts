import { type Lifecycle, makeLifecycle } from './lifecycle.ts';
import { type Logger, makeLogger } from './logger.ts';
import { makeRegistry, type ServiceRegistry } from './registry.ts';
import { startTracing } from './startTracing.ts';
import type { Tracing } from './tracing.ts';
import { type TracingEnvironment, tracingSecrets } from './tracingFields.ts';
import { versionOf } from './version.ts';

export interface ServiceOptions {
  readonly service: string;
  /** `import.meta.url` of its composition root. */
  readonly moduleUrl: string;
  readonly env: TracingEnvironment & {
    readonly LOG_LEVEL: 'error' | 'warn' | 'info' | 'debug';
    readonly LOG_FORMAT: 'json' | 'pretty';
    readonly SHUTDOWN_GRACE_MS: number;
  };
  /** What must never be logged; undefined for what is not set. */
  readonly secrets: readonly (string | undefined)[];
}

/** What a service has before it has anything else. */
export interface OpenedService {
  readonly logger: Logger;
  readonly registry: ServiceRegistry;
  readonly life: Lifecycle;
  readonly tracing: Tracing;
}

/** Begins a service: from here on it logs, ends in order on a signal, and traces if its environment says so. */
export async function openService({
  service,
  moduleUrl,
  env,
  secrets,
}: ServiceOptions): Promise<OpenedService> {
  const known = [...secrets, ...tracingSecrets(env)].filter((secret) => secret !== undefined);
  const logger = makeLogger({ service, level: env.LOG_LEVEL, format: env.LOG_FORMAT, secrets: known });
  const version = versionOf(moduleUrl);
  const registry = makeRegistry(service, version);
  const life = makeLifecycle({ graceMs: env.SHUTDOWN_GRACE_MS, logger });
  life.onSignals();
  const tracing = await startTracing({ env, service, version, logger, graceMs: env.SHUTDOWN_GRACE_MS });
  life.defer('tracing', () => tracing.close());
  return { logger, registry, life, tracing };
}
