import type { Tracer } from '@opentelemetry/api';
import type { Lifecycle } from '../lifecycle/lifecycle';
import type { Logger } from '../logging/logger';
import type { TracingConfig } from './config';

/** The tracing of a component. */
export interface Tracing {
  /** Undefined while tracing is off; then it has no cost anywhere. */
  readonly tracer: Tracer | undefined;
}

export const noTracing: Tracing = { tracer: undefined };

/**
 * Creates a component's tracing, which is off without an endpoint. Must be called before anything
 * else is registered in the lifecycle, so that spans up to the end are sent; that takes at most 3
 * s.
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
  // Loaded lazily, so that a component without tracing never reads a file of the SDK.
  const { startOtlpTracing } = require('./otlp') as typeof import('./otlp');
  const { tracer, stop } = startOtlpTracing({ ...config, endpoint }, deps);
  deps.lifecycle.onStop('traces', stop);
  return { tracer };
};
