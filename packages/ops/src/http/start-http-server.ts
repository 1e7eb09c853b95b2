import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClientErrorResponder, findHeaderError, refuseOverload } from './client-error';
import { createExchanges } from './exchanges';
import { HTTP_SERVER_LIMITS, type HttpServerLimits } from './limits';
import { createRequestCounter, takePlace } from './request-places';
import { stopHttpServer } from './stop-http-server';
import { type LimitedServer, TrackedResponse } from './tracked-response';

export interface RunningHttpServer {
  readonly port: number;
  /**
   * Sends `Connection: close` with further responses, stops listening after a short time, lets
   * in-flight requests finish, and closes remaining connections after `drainMs`.
   */
  readonly stop: (drainMs?: number) => Promise<void>;
}

export interface HttpServerOptions {
  readonly handler: RequestListener;
  /**
   * Responds to a request over `requestsMax`. By default 503 OVERLOADED with `Retry-After`, not
   * logged.
   */
  readonly onOverload?: RequestListener;
  /** Requests exempt from `requestsMax`, such as probes. They must be cheap. */
  readonly isAlwaysServed?: (req: IncomingMessage) => boolean;
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** Limits that differ from `HTTP_SERVER_LIMITS`. */
  readonly limits?: Partial<HttpServerLimits>;
}

/** Creates a server with every limit set explicitly. */
const createLimitedServer = (limits: HttpServerLimits): LimitedServer => {
  const server = createServer({
    ServerResponse: TrackedResponse,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.timeoutCheckMs,
    maxHeaderSize: limits.headerBytesMax,
    // Checked in `findHeaderError`, because Node's own response has no body.
    requireHostHeader: false,
    insecureHTTPParser: false,
  });
  server.maxRequestsPerSocket = limits.requestsPerConnectionMax;
  // One more than allowed, to detect an excess.
  server.maxHeadersCount = limits.headersMax + 1;
  return server;
};

const listen = (server: LimitedServer, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: 4_096 }, () => {
      server.off('error', reject);
      resolve();
    });
  });

/**
 * Starts an HTTP server that bounds every wait and all memory used for clients. It processes one
 * request per connection at a time and answers unparsable requests with a problem.
 */
export const startHttpServer = async (options: HttpServerOptions): Promise<RunningHttpServer> => {
  const limits = { ...HTTP_SERVER_LIMITS, ...options.limits };
  const { handler, onOverload = refuseOverload, isAlwaysServed = () => false } = options;
  const underWay = createRequestCounter(limits.requestsMax);
  let stopping = false;
  const exchanges = createExchanges(limits, ({ req, res }) => {
    const error = findHeaderError(req, limits);
    if (error !== undefined) {
      refuse(error, req.socket);
      return;
    }
    if (stopping) res.shouldKeepAlive = false;
    if (takePlace(res, underWay) || isAlwaysServed(req)) handler(req, res);
    else onOverload(req, res);
  });
  const refuse = createClientErrorResponder({ limits, ...exchanges });
  const server = createLimitedServer(limits);
  server.on('connection', exchanges.onConnection);
  server.on('request', exchanges.onRequest);
  // Unknown expectations may be ignored (RFC 9110); Node would answer 417 without a body.
  server.on('checkExpectation', exchanges.onRequest);
  server.on('clientError', refuse);
  await listen(server, options.host, options.port);
  return {
    port: (server.address() as AddressInfo).port,
    stop: (drainMs = 4_000) => {
      stopping = true;
      return stopHttpServer(server, exchanges.connections, drainMs);
    },
  };
};
