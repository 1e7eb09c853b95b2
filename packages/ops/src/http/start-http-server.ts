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
   * Tells clients to open new connections elsewhere, takes none itself after a moment, lets requests in flight
   * finish, and cuts off what is left after `drainMs`.
   */
  readonly stop: (drainMs?: number) => Promise<void>;
}

export interface HttpServerOptions {
  readonly handler: RequestListener;
  /** Answers a request over `requestsMax`. By default 503 OVERLOADED with `Retry-After`, without a log line. */
  readonly onOverload?: RequestListener;
  /** Requests that are served however many others are under way, such as probes. They must cost next to nothing. */
  readonly isAlwaysServed?: (req: IncomingMessage) => boolean;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Limits that differ from `HTTP_SERVER_LIMITS`. */
  readonly limits?: Partial<HttpServerLimits>;
}

/** Makes a server on which every limit is set on purpose, none left to Node's defaults. */
const createLimitedServer = (limits: HttpServerLimits): LimitedServer => {
  const server = createServer({
    ServerResponse: TrackedResponse,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.timeoutCheckMs,
    maxHeaderSize: limits.headerBytesMax,
    // Checked by us, because Node's own refusal has no body.
    requireHostHeader: false,
    insecureHTTPParser: false,
  });
  server.maxRequestsPerSocket = limits.requestsPerConnectionMax;
  // One more than are taken, so that too many can be told from just enough.
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
 * Starts an HTTP server that waits for nothing without a limit, and keeps nothing of a client without one. It works on one
 * request of a connection at a time. What is no request gets a problem as its answer.
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
  // An expectation that we do not know may be ignored (RFC 9110); Node would answer 417 without a body.
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
