import {
  beginTrace,
  endSpan,
  formatTraceparent,
  parseTraceparent,
  startSpan,
  TRACEPARENT,
} from '@flashreserve/ops';
import type { handleUnaryCall, Metadata, sendUnaryData } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import {
  type Attributes,
  context,
  type Span,
  SpanKind,
  type Tracer,
  trace,
} from '@opentelemetry/api';

/** Statuses that are the server's fault; the others are the caller's. */
const SERVER_FAULTS: ReadonlySet<number> = new Set([
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.UNIMPLEMENTED,
  status.INTERNAL,
  status.UNAVAILABLE,
  status.DATA_LOSS,
]);

/** Attributes from a path `/package.Service/Method`. */
const attributesOf = (path: string): Attributes => {
  const [, service = '', method = ''] = path.split('/');
  return { 'rpc.system': 'grpc', 'rpc.service': service, 'rpc.method': method };
};

/**
 * Starts the span of an outgoing call and propagates the trace context in the call's metadata.
 * Undefined when nothing is recorded.
 */
export const startCallSpan = (path: string, metadata: Metadata): Span | undefined => {
  const caller = trace.getSpanContext(context.active());
  if (caller === undefined) return undefined;
  const span = startSpan(path.slice(1), { kind: SpanKind.CLIENT, attributes: attributesOf(path) });
  metadata.set(TRACEPARENT, formatTraceparent(span?.spanContext() ?? caller));
  return span;
};

/** Ends the span of a call with its status; 0 is OK. */
export const endCallSpan = (span: Span, code: number): void => {
  span.setAttribute('rpc.grpc.status_code', code);
  endSpan(span, code === status.OK ? undefined : status[code]);
};

type Answer = Parameters<sendUnaryData<unknown>>;

const endServerSpan = (span: Span, error: Answer[0]): void => {
  const code = error === null ? status.OK : (error.code ?? status.UNKNOWN);
  span.setAttribute('rpc.grpc.status_code', code);
  endSpan(span, SERVER_FAULTS.has(code) ? status[code] : undefined);
};

/** Runs each call of a method within its caller's trace. */
export const traceUnary = (
  tracer: Tracer | undefined,
  path: string,
  serve: handleUnaryCall<unknown, unknown>,
): handleUnaryCall<unknown, unknown> => {
  if (tracer === undefined) return serve;
  return (call, callback) => {
    const { span, run } = beginTrace(tracer, path.slice(1), {
      kind: SpanKind.SERVER,
      parent: parseTraceparent(call.metadata.get(TRACEPARENT)[0]),
      attributes: attributesOf(path),
    });
    run(() => {
      serve(call, (...answer) => {
        endServerSpan(span, answer[0]);
        callback(...answer);
      });
    });
  };
};
