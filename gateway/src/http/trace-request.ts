import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import {
  beginTrace,
  endSpan,
  parseTraceparent,
  type Span,
  SpanKind,
  TRACEPARENT,
  type Tracing,
} from '@flashreserve/ops';
import { scopeOf, UNMATCHED } from './middleware/request-scope';

/** Routes that are polled every few seconds or stay open indefinitely. */
const UNTRACED = /^\/(?:healthz|readyz|products\/stream)(?:[?]|$)/;

const SERVER_FAULT_MIN = 500;

/** Ends a request's span with the outcome that the client saw. */
const endRequestSpan = (span: Span, req: IncomingMessage, res: ServerResponse): void => {
  const { route, requestId } = scopeOf(req);
  span.setAttribute('flashreserve.request_id', requestId);
  if (route !== UNMATCHED) {
    span.updateName(`${req.method} ${route}`);
    span.setAttribute('http.route', route);
  }
  if (!res.writableFinished) {
    endSpan(span, 'client_gone');
    return;
  }
  span.setAttribute('http.response.status_code', res.statusCode);
  endSpan(span, res.statusCode >= SERVER_FAULT_MIN ? String(res.statusCode) : undefined);
};

/**
 * Records each request as a new trace, or as part of the trace in the client's `traceparent`. A
 * span has method, route, status and request id, and nothing else of the request.
 */
export const traceRequests = ({ tracer }: Tracing, listener: RequestListener): RequestListener => {
  if (tracer === undefined) return listener;
  return (req, res) => {
    if (UNTRACED.test(req.url ?? '')) {
      listener(req, res);
      return;
    }
    const { span, run } = beginTrace(tracer, req.method ?? '', {
      kind: SpanKind.SERVER,
      parent: parseTraceparent(req.headers[TRACEPARENT]),
      fromStranger: true,
      attributes: { 'http.request.method': req.method ?? '' },
    });
    res.once('close', () => {
      if (span.isRecording()) endRequestSpan(span, req, res);
    });
    run(() => {
      listener(req, res);
    });
  };
};
