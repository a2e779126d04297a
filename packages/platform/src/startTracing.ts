import { type Tracing, type TracingOptions, untraced } from './tracing.ts';

/**
 * Starts tracing when the environment names an endpoint that takes OTLP over HTTP; else resolves to `untraced`, and
 * nothing of OpenTelemetry is loaded. Does not connect. Close it last.
 */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  const endpoint = options.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined) return untraced;
  const { openTracing } = await import('./openTracing.ts');
  return openTracing(options, endpoint);
}
