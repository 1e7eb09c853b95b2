import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import {
  createRequestCounter,
  type Logger,
  noTracing,
  type Tracing,
  takePlace,
} from '@flashreserve/ops';
import { invalidRequest, overloaded } from '@flashreserve/rpc';
import express, { type Express } from 'express';
import { BOUNDS } from '../limits/bounds';
import type { CrossOrigin } from './cross-origin';
import { routeNotFound } from './gateway-errors';
import type { HotLane } from './hot-lane';
import type { Authorizer } from './middleware/authorize';
import { createClientAddress } from './middleware/client-address';
import { openScope, type RequestLogLevel, type ServedRequest } from './middleware/request-scope';
import { commonHeaders } from './middleware/send';
import type { ProblemSender } from './middleware/send-problem';
import { mountRoutes } from './mount-routes';
import type { TableEntry } from './route';
import { traceRequests } from './trace-request';

/** Creates the Express application of a route table. */
export const createExpressApp = (options: {
  readonly table: readonly TableEntry[];
  readonly authorize: Authorizer;
}): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  // `parseQuery` is stricter.
  app.set('query parser', false);
  mountRoutes(app, options.table, options.authorize);
  return app;
};

/** Maps Express's own errors, which carry a status: undecodable paths, forbidden files. */
const explainFrameworkError = (error: unknown): unknown => {
  if (typeof error !== 'object' || error === null || !('status' in error)) return error;
  if (error.status === 400) {
    return invalidRequest([{ field: '/path', description: 'cannot be decoded' }]);
  }
  return error.status === 403 || error.status === 404 ? routeNotFound() : error;
};

/** The Express application called with `next`, so that unhandled requests and errors come back. */
type Dispatcher = (
  req: IncomingMessage,
  res: ServerResponse,
  done: (error?: unknown) => void,
) => void;

/** Probes, which are answered however many requests are in flight. */
const PROBE = /^\/(?:healthz|readyz)(?:[?]|$)/;

/** Whether a request is exempt from the limit on concurrent requests. */
export const isProbe = (req: IncomingMessage): boolean => PROBE.test(req.url ?? '');

export interface HttpHandler {
  /** Serves a request. */
  readonly serve: RequestListener;
  /** Rejects a request above the limit on concurrent requests with 503 and `Retry-After`. */
  readonly refuse: RequestListener;
}

/** Creates the listeners of the HTTP server. Every request is answered and logged. */
export const createHttpHandler = (options: {
  readonly app: Express;
  readonly hotLane: HotLane;
  readonly sendProblem: ProblemSender;
  /** Undefined if no other origin may use the API. */
  readonly crossOrigin: CrossOrigin | undefined;
  /** Overrides `BOUNDS.coldRequestsMax`. */
  readonly coldRequestsMax?: number;
  readonly log: Logger;
  readonly tracing?: Tracing;
  /** Called for every completed request. */
  readonly onServed?: (served: ServedRequest) => void;
  readonly requestLogLevel?: RequestLogLevel;
  readonly trustProxyHops: number;
}): HttpHandler => {
  const { hotLane, sendProblem, crossOrigin, log, tracing = noTracing } = options;
  const { onServed, requestLogLevel: level, coldRequestsMax = BOUNDS.coldRequestsMax } = options;
  const app = options.app as unknown as Dispatcher;
  const coldRequests = createRequestCounter(coldRequestsMax);
  const clientAddressOf = createClientAddress(options.trustProxyHops);
  const scopeOptions = { log, onServed, level, clientAddressOf };
  const refuse: RequestListener = (req, res) => {
    openScope(req, res, scopeOptions);
    crossOrigin?.(req, res);
    sendProblem(req, res, overloaded());
  };
  const serve = traceRequests(tracing, (req, res) => {
    const { requestId } = openScope(req, res, scopeOptions);
    crossOrigin?.(req, res);
    if (hotLane(req, res)) return;
    if (!takePlace(res, coldRequests) && !isProbe(req)) {
      sendProblem(req, res, overloaded());
      return;
    }
    // For responses written by third-party middleware: Swagger UI, the queue dashboard.
    for (const [name, value] of Object.entries(commonHeaders(requestId)))
      res.setHeader(name, value);
    // Unmatched requests and all errors end here, so Express's own error pages are never sent.
    app(req, res, (error?: unknown) => {
      sendProblem(req, res, error ? explainFrameworkError(error) : routeNotFound());
    });
  });
  return { serve, refuse };
};
