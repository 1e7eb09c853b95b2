import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace';
import { createSdkTracing } from '../tracing/sdk';
import type { Tracing } from '../tracing/tracing';

export interface SpanRecorder {
  readonly tracing: Tracing;
  /** The ended spans, in order of their end. */
  readonly ended: () => readonly ReadableSpan[];
}

/** Tracing of a component that records and keeps everything, for tests. */
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
