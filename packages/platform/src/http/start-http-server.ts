import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RunningHttpServer {
  readonly port: number;
  /**
   * Tells clients to open new connections elsewhere, takes none itself after a moment, lets requests in flight
   * finish, and cuts off what is left after `drainMs`.
   */
  readonly stop: (drainMs?: number) => Promise<void>;
}

/** Clients in the middle of a conversation get this long to hear `Connection: close` before idle connections are closed. */
const FAREWELL_MS = 500;
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
const waitForFarewells = async (server: Server): Promise<void> => {
  const until = performance.now() + FAREWELL_MS;
  while (performance.now() < until && (await countConnections(server)) > 0) {
    await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
  }
};

/** Stops listening and waits for the last answer. */
const drain = async (server: Server, drainMs: number): Promise<void> => {
  const timer = setTimeout(() => {
    server.closeAllConnections();
  }, drainMs);
  // A connection whose last request has been answered would otherwise stay open to the end of the drain.
  const idleCheck = setInterval(() => {
    server.closeIdleConnections();
  }, CHECK_MS);
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeIdleConnections();
  });
  clearTimeout(timer);
  clearInterval(idleCheck);
};

/** Starts an HTTP server whose every wait has a limit. Port 0 takes any free port. */
export const startHttpServer = async (options: {
  readonly handler: RequestListener;
  readonly host: string;
  readonly port: number;
}): Promise<RunningHttpServer> => {
  const inFlight = new Set<ServerResponse>();
  let stopping = false;
  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 15_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 2_000,
      maxHeaderSize: 16 * 1024,
    },
    (req, res) => {
      if (stopping) res.shouldKeepAlive = false;
      inFlight.add(res);
      res.once('close', () => inFlight.delete(res));
      options.handler(req, res);
    },
  );
  server.maxConnections = 20_000;
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
      await waitForFarewells(server);
      await drain(server, drainMs);
    },
  };
};
