import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from '../logging/logger';

/** Minimum interval between logged failures. */
const LOG_INTERVAL_MS = 30_000;
const SUCCESS = 0;

/** Logs how many spans could not be sent, at intervals; the SDK itself logs nothing. */
export const createReportingExporter = (
  exporter: SpanExporter,
  log: Pick<Logger, 'warn'>,
): SpanExporter => {
  let lost = 0;
  let loggedAt = Number.NEGATIVE_INFINITY;
  return {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        if (result.code !== SUCCESS) {
          lost += spans.length;
          if (performance.now() - loggedAt >= LOG_INTERVAL_MS) {
            loggedAt = performance.now();
            log.warn({ reason: result.error?.message, spans: lost }, 'Traces could not be sent.');
          }
        }
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
};
