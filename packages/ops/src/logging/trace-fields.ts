import { context, trace } from '@opentelemetry/api';

/**
 * The trace and span of a log line. Also set for unsampled traces, whose id still connects the
 * lines of all components.
 */
export const traceLogFields = (): { trace_id?: string; span_id?: string } => {
  const span = trace.getSpanContext(context.active());
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
};
