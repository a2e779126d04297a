import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from './logger.ts';

/** An endpoint that is away for a day is one line a minute. */
const TELL_EVERY_MS = 60_000;

/** The same exporter; spans that could not be sent are counted and told, at most once a minute. */
export function tellLosses(exporter: SpanExporter, logger: Pick<Logger, 'warn'>): SpanExporter {
  let lost = 0;
  let quietUntil = Number.NEGATIVE_INFINITY;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.error !== undefined) {
          lost += spans.length;
          if (performance.now() >= quietUntil) {
            logger.warn('spans were not delivered', { lost, error: result.error });
            quietUntil = performance.now() + TELL_EVERY_MS;
            lost = 0;
          }
        }
        done(result);
      });
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}
