import type { Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import { endsWithin } from '../deadline/limits';
import type { Logger } from '../logging/logger';
import type { TracingConfig } from './config';
import { createReportingExporter } from './reporting-exporter';
import { createSdkTracing } from './sdk';

/** Queued spans, about a kilobyte each; further ones are dropped. */
const QUEUE_MAX = 4_096;
const EXPORT_BATCH_MAX = 512;
const EXPORT_INTERVAL_MS = 2_000;
const EXPORT_TIMEOUT_MS = 5_000;
/** Short enough that an unreachable collector does not use up the component's stop time. */
const STOP_TIMEOUT_MS = 3_000;

/**
 * Exports a component's spans by OTLP (HTTP, protobuf) in the background. An unreachable collector
 * costs spans only.
 */
export const startOtlpTracing = (
  config: TracingConfig & { readonly endpoint: string },
  deps: { readonly component: string; readonly log: Logger },
): { readonly tracer: Tracer; readonly stop: () => Promise<void> } => {
  const { component, log } = deps;
  const exporter = new OTLPTraceExporter({
    url: `${config.endpoint}/v1/traces`,
    ...(config.OTEL_EXPORTER_OTLP_HEADERS && { headers: config.OTEL_EXPORTER_OTLP_HEADERS }),
    timeoutMillis: EXPORT_TIMEOUT_MS,
    concurrencyLimit: QUEUE_MAX / EXPORT_BATCH_MAX,
  });
  const { tracer, shutdown } = createSdkTracing({
    component,
    processor: new BatchSpanProcessor({
      exporter: createReportingExporter(exporter, log),
      maxQueueSize: QUEUE_MAX,
      maxExportBatchSize: EXPORT_BATCH_MAX,
      scheduledDelayMillis: EXPORT_INTERVAL_MS,
      exportTimeoutMillis: EXPORT_TIMEOUT_MS,
    }),
    ratio: config.OTEL_TRACES_SAMPLER_ARG,
    tracesPerSecondMax: config.TRACES_PER_SECOND_MAX,
    resourceAttributes: config.OTEL_RESOURCE_ATTRIBUTES,
  });
  log.info(
    { ratio: config.OTEL_TRACES_SAMPLER_ARG, perSecondMax: config.TRACES_PER_SECOND_MAX },
    'Tracing is enabled.',
  );
  return {
    tracer,
    stop: async () => {
      // The exporter has reported what could not be sent.
      const sent = shutdown().then(
        () => true,
        () => true,
      );
      if (!(await endsWithin(STOP_TIMEOUT_MS, sent)))
        log.warn('The last traces could not be sent before the timeout.');
    },
  };
};
