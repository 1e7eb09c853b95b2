export { type Span, SpanKind, type Tracer } from '@opentelemetry/api';
export { runBatch } from './batch';
export { type TracingConfig, tracingFields } from './config';
export {
  beginTrace,
  currentTraceparent,
  endSpan,
  failureOf,
  inThisTrace,
  type OpenSpan,
  runAsTrace,
  runInSpan,
  startSpan,
} from './spans';
export { formatTraceparent, parseTraceparent, TRACEPARENT } from './traceparent';
export { createTracing, noTracing, type Tracing } from './tracing';
