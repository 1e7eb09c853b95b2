import type { IncomingMessage, ServerResponse } from 'node:http';
import { inThisTrace, type Logger, newId } from '@flashreserve/ops';

/** State of one request from its headers to the end of its response. */
export interface RequestScope {
  /** The client's `x-request-id`, or a new one. */
  readonly requestId: string;
  /** Aborted when the client disconnects before the end of the response. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Path template of the matched route, for the log. */
  route: string;
}

/** A completed request, as logged. */
export interface ServedRequest {
  readonly method: string;
  /** Path template of the route. */
  readonly route: string;
  /** 499 if the client disconnected before the end of the response. */
  readonly status: number;
  /** Milliseconds from the request's headers to the end of the response. */
  readonly ms: number;
}

export const REQUEST_ID_HEADER = 'x-request-id';
const REQUEST_ID_PATTERN = /^[\x21-\x7e]{1,128}$/;
/** Route label of requests that match no route. */
export const UNMATCHED = '(none)';
/** Logged when the client has disconnected, as it saw no status. */
const CLIENT_CLOSED_REQUEST = 499;
/** Polled every few seconds; their log lines would drown the others. */
const QUIET_ROUTES: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

const scopes = new WeakMap<IncomingMessage, RequestScope>();

/** The scope that `openScope` created for the request. */
export const scopeOf = (req: IncomingMessage): RequestScope => {
  const scope = scopes.get(req);
  if (scope === undefined) throw new TypeError('The request has no scope.');
  return scope;
};

const readRequestId = (given: string | string[] | undefined): string =>
  typeof given === 'string' && REQUEST_ID_PATTERN.test(given) ? given : newId();

/** Log level of completed requests; probes are always logged at `debug`. */
export type RequestLogLevel = 'info' | 'debug';

/**
 * Opens the scope of a request and logs one line when it completes: method, route, status and
 * duration, never a body, a query or a header.
 */
export const openScope = (
  req: IncomingMessage,
  res: ServerResponse,
  log: Logger,
  onServed?: (served: ServedRequest) => void,
  level: RequestLogLevel = 'info',
): RequestScope => {
  const startedAt = performance.now();
  const requestId = readRequestId(req.headers[REQUEST_ID_HEADER]);
  let controller: AbortController | undefined;
  let childLog: Logger | undefined;
  const scope: RequestScope = {
    requestId,
    // Both are created lazily: most requests never need them.
    get signal() {
      controller ??= new AbortController();
      if (res.closed && !res.writableFinished) controller.abort();
      return controller.signal;
    },
    get log() {
      childLog ??= log.child({ requestId });
      return childLog;
    },
    route: UNMATCHED,
  };
  scopes.set(req, scope);
  const logRequest = (): void => {
    const answered = res.writableFinished;
    if (!answered) controller?.abort();
    const served: ServedRequest = {
      method: req.method ?? '',
      route: scope.route,
      status: answered ? res.statusCode : CLIENT_CLOSED_REQUEST,
      ms: Math.round((performance.now() - startedAt) * 10) / 10,
    };
    log[QUIET_ROUTES.has(scope.route) ? 'debug' : level](
      { requestId, ...served },
      'Request served.',
    );
    onServed?.(served);
  };
  res.once('close', inThisTrace(logRequest));
  return scope;
};
