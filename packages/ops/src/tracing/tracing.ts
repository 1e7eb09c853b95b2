import type { Tracer } from '@opentelemetry/api';
import type { Lifecycle } from '../lifecycle/lifecycle';
import type { Logger } from '../logging/logger';
import type { TracingConfig } from './config';

/** How a component makes spans. */
export interface Tracing {
  /** Undefined while tracing is off; then nothing is done for it anywhere. */
  readonly tracer: Tracer | undefined;
}

export const noTracing: Tracing = { tracer: undefined };

/**
 * Makes a component's tracing, off unless there is an address to send traces to. To be called before anything else is
 * registered in the lifecycle, so that what has happened up to the end is sent; that takes 3 s at most.
 */
export const createTracing = (
  config: TracingConfig,
  deps: {
    readonly component: string;
    readonly log: Logger;
    readonly lifecycle: Pick<Lifecycle, 'onStop'>;
  },
): Tracing => {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = config;
  if (endpoint === undefined) return noTracing;
  // Loaded here, so that a component without tracing never reads a file of the SDK.
  const { startOtlpTracing } = require('./otlp') as typeof import('./otlp');
  const { tracer, stop } = startOtlpTracing({ ...config, endpoint }, deps);
  deps.lifecycle.onStop('traces', stop);
  return { tracer };
};
