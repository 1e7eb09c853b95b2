import { Server as NetServer } from 'node:net';
import type { Connections } from './connections';
import type { LimitedServer } from './tracked-response';

/** Time during which new connections are still accepted, until load balancers have reacted. */
const ACCEPT_MS = 500;
/** Time for a keep-alive connection to send one more request and receive `Connection: close`. */
const FAREWELL_MS = 2_000;
/** Interval between connection checks while stopping. */
const CHECK_MS = 25;

const countConnections = (server: LimitedServer): Promise<number> =>
  new Promise((resolve, reject) => {
    server.getConnections((error, count) => {
      if (error) reject(error);
      else resolve(count);
    });
  });

/** Waits until no client is connected, for at most `timeMs`. */
const waitForFarewells = async (server: LimitedServer, timeMs: number): Promise<void> => {
  const until = performance.now() + timeMs;
  while (performance.now() < until && (await countConnections(server)) > 0) {
    await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
  }
};

/** Stops listening. Keeps idle connections open, unlike the HTTP server's own `close`. */
const stopListening = (server: LimitedServer): Promise<void> =>
  new Promise((resolve) => {
    NetServer.prototype.close.call(server, () => {
      resolve();
    });
  });

/** Closes idle connections, waits for the last responses, and closes the rest after `timeMs`. */
const drain = async (
  server: LimitedServer,
  closed: Promise<void>,
  timeMs: number,
): Promise<void> => {
  const timer = setTimeout(() => {
    server.closeAllConnections();
  }, timeMs);
  // Otherwise a connection would stay open after its last response until the end of the drain.
  const idleCheck = setInterval(() => {
    server.closeIdleConnections();
  }, CHECK_MS);
  server.closeIdleConnections();
  await closed;
  clearTimeout(timer);
  clearInterval(idleCheck);
};

/** Stops a server whose responses already send `Connection: close`. Takes at most `drainMs`. */
export const stopHttpServer = async (
  server: LimitedServer,
  connections: Connections,
  drainMs: number,
): Promise<void> => {
  // Closing a connection just as the client sends its next request would lose that request.
  for (const { current } of connections.all()) {
    if (current !== undefined) current.res.shouldKeepAlive = false;
  }
  const until = performance.now() + drainMs;
  const timeLeft = (): number => Math.max(0, until - performance.now());
  await waitForFarewells(server, Math.min(ACCEPT_MS, timeLeft() / 2));
  const closed = stopListening(server);
  await waitForFarewells(server, Math.min(FAREWELL_MS, timeLeft() / 2));
  await drain(server, closed, timeLeft());
};
