import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, Server as NetServer } from 'node:net';
import { createClientErrorResponder, findHeaderError } from './client-error';
import { HTTP_SERVER_LIMITS, type HttpServerLimits } from './limits';

export interface RunningHttpServer {
  readonly port: number;
  /**
   * Tells clients to open new connections elsewhere, takes none itself after a moment, lets requests in flight
   * finish, and cuts off what is left after `drainMs`.
   */
  readonly stop: (drainMs?: number) => Promise<void>;
}

/** New connections are still taken for this long, until those who send them know that this instance is not ready. */
const ACCEPT_MS = 500;
/** A connection that is kept open may be used once more in this time, to hear `Connection: close` with its answer. */
const FAREWELL_MS = 2_000;
/** While stopping, connections are looked at this often. */
const CHECK_MS = 25;

const countConnections = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.getConnections((error, count) => {
      if (error) reject(error);
      else resolve(count);
    });
  });

/** Waits until no client is connected any more, or the time is over. */
const waitForFarewells = async (server: Server, timeMs: number): Promise<void> => {
  const until = performance.now() + timeMs;
  while (performance.now() < until && (await countConnections(server)) > 0) {
    await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
  }
};

/** Takes no more connections. Leaves idle ones open, which the HTTP server's own `close` would not. */
const stopListening = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    NetServer.prototype.close.call(server, () => {
      resolve();
    });
  });

/** Closes what is idle, waits for the last answers, and cuts off what is left at the end. */
const drain = async (server: Server, closed: Promise<void>, timeMs: number): Promise<void> => {
  const timer = setTimeout(() => {
    server.closeAllConnections();
  }, timeMs);
  // A connection whose last request has been answered would otherwise stay open to the end of the drain.
  const idleCheck = setInterval(() => {
    server.closeIdleConnections();
  }, CHECK_MS);
  server.closeIdleConnections();
  await closed;
  clearTimeout(timer);
  clearInterval(idleCheck);
};

export interface HttpServerOptions {
  readonly handler: RequestListener;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Limits that differ from `HTTP_SERVER_LIMITS`. */
  readonly limits?: Partial<HttpServerLimits>;
}

/** Makes a server on which every limit is set on purpose, none left to Node's defaults. */
const createLimitedServer = (limits: HttpServerLimits, handler: RequestListener): Server => {
  const server = createServer(
    {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: limits.timeoutCheckMs,
      maxHeaderSize: limits.headerBytesMax,
      // Checked by us, because Node's own refusal has no body.
      requireHostHeader: false,
      insecureHTTPParser: false,
    },
    handler,
  );
  server.maxConnections = limits.connectionsMax;
  server.maxRequestsPerSocket = limits.requestsPerConnectionMax;
  // One more than are taken, so that too many can be told from just enough.
  server.maxHeadersCount = limits.headersMax + 1;
  // An expectation that we do not know may be ignored (RFC 9110); Node would answer 417 without a body.
  server.on('checkExpectation', handler);
  return server;
};

/** Starts an HTTP server whose every wait has a limit; what is no request gets a problem as its answer. */
export const startHttpServer = async (options: HttpServerOptions): Promise<RunningHttpServer> => {
  const limits = { ...HTTP_SERVER_LIMITS, ...options.limits };
  const inFlight = new Set<ServerResponse>();
  let stopping = false;
  const refuse = createClientErrorResponder({ limits, inFlight });
  const server = createLimitedServer(limits, (req, res) => {
    // What follows a refusal on its connection is not even looked at.
    if (req.socket.writableEnded) return;
    const error = findHeaderError(req, limits);
    if (error !== undefined) {
      refuse(error, req.socket);
      return;
    }
    if (stopping) res.shouldKeepAlive = false;
    inFlight.add(res);
    res.once('close', () => inFlight.delete(res));
    options.handler(req, res);
  });
  server.on('clientError', refuse);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: options.port, host: options.host, backlog: 4_096 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: async (drainMs = 4_000) => {
      stopping = true;
      // Closing a connection on which a client has just sent its next request would lose that request.
      for (const res of inFlight) res.shouldKeepAlive = false;
      const until = performance.now() + drainMs;
      const timeLeft = (): number => Math.max(0, until - performance.now());
      await waitForFarewells(server, Math.min(ACCEPT_MS, timeLeft() / 2));
      const closed = stopListening(server);
      await waitForFarewells(server, Math.min(FAREWELL_MS, timeLeft() / 2));
      await drain(server, closed, timeLeft());
    },
  };
};
