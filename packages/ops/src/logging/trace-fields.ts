import { context, trace } from '@opentelemetry/api';

/**
 * Says which trace and span a log line belongs to. Also where the trace is not recorded: its id still holds the
 * lines of all components together.
 */
export const traceLogFields = (): { trace_id?: string; span_id?: string } => {
  const span = trace.getSpanContext(context.active());
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
};
