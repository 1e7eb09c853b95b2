import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RunningHttpServer {
  readonly port: number;
  /** Takes no new connections, lets requests in flight finish, and cuts off what is left after `drainMs`. */
  readonly stop: (drainMs?: number) => Promise<void>;
}

/** While draining, connections whose last request has been answered are looked for this often. */
const IDLE_CHECK_MS = 50;

/** Starts an HTTP server whose every wait has a limit. Port 0 takes any free port. */
export const startHttpServer = async (options: {
  readonly handler: RequestListener;
  readonly host: string;
  readonly port: number;
}): Promise<RunningHttpServer> => {
  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 15_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 2_000,
      maxHeaderSize: 16 * 1024,
    },
    options.handler,
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
      const timer = setTimeout(() => {
        server.closeAllConnections();
      }, drainMs);
      // Clients keep connections open after an answer; without this each of them would last to the end of the drain.
      const idleCheck = setInterval(() => {
        server.closeIdleConnections();
      }, IDLE_CHECK_MS);
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeIdleConnections();
      });
      clearTimeout(timer);
      clearInterval(idleCheck);
    },
  };
};
