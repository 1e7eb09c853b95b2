import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace';
import { createSdkTracing } from '../tracing/sdk';
import type { Tracing } from '../tracing/tracing';

export interface SpanRecorder {
  readonly tracing: Tracing;
  /** The spans that have ended so far, in the order in which they did. */
  readonly ended: () => readonly ReadableSpan[];
}

/** Tracing of one component that records everything and keeps it, for tests. */
export const recordSpans = (): SpanRecorder => {
  const exporter = new InMemorySpanExporter();
  const { tracer } = createSdkTracing({
    component: 'test',
    processor: new SimpleSpanProcessor({ exporter }),
    ratio: 1,
    tracesPerSecondMax: 100_000,
  });
  return { tracing: { tracer }, ended: () => exporter.getFinishedSpans() };
};
