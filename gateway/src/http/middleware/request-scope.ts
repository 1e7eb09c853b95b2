import type { IncomingMessage, ServerResponse } from 'node:http';
import { inThisTrace, type Logger, newId } from '@flashreserve/ops';

/** What belongs to one request from its first byte to its last. */
export interface RequestScope {
  /** The client's `x-request-id`, or a new one. */
  readonly requestId: string;
  /** Aborted when the client has gone before it got its whole answer. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Path of the route that took the request, as the table has it; for the log. */
  route: string;
}

/** A request that is over, as the log says it. */
export interface ServedRequest {
  readonly method: string;
  /** Path of the route as the table has it. */
  readonly route: string;
  /** 499 when the client went away before it got its whole answer. */
  readonly status: number;
  /** From the request's headers to the end of its answer. */
  readonly ms: number;
}

export const REQUEST_ID_HEADER = 'x-request-id';
const REQUEST_ID_PATTERN = /^[\x21-\x7e]{1,128}$/;
/** The route of what no route has taken. */
export const UNMATCHED = '(none)';
/** Logged when the client has gone, because no status was seen by anyone. */
const CLIENT_CLOSED_REQUEST = 499;
/** Asked every few seconds by machines; their log lines would bury the others. */
const QUIET_ROUTES: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

const scopes = new WeakMap<IncomingMessage, RequestScope>();

/** The scope that `openScope` made for the request. */
export const scopeOf = (req: IncomingMessage): RequestScope => {
  const scope = scopes.get(req);
  if (scope === undefined) throw new TypeError('The request has no scope.');
  return scope;
};

const readRequestId = (given: string | string[] | undefined): string =>
  typeof given === 'string' && REQUEST_ID_PATTERN.test(given) ? given : newId();

/** Level of the line about each request; those of probes are always `debug`. */
export type RequestLogLevel = 'info' | 'debug';

/**
 * Opens the scope of a request and writes one line to the log when it is over: method,
 * route, status and duration, never a body, a query or a header.
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
    // Both are made when somebody wants them: thousands of requests in a second get by without.
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
