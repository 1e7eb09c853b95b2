import { Server as NetServer } from 'node:net';
import type { Connections } from './connections';
import type { LimitedServer } from './tracked-response';

/** New connections are still taken for this long, until those who send them know that this instance is not ready. */
const ACCEPT_MS = 500;
/** A connection that is kept open may be used once more in this time, to hear `Connection: close` with its answer. */
const FAREWELL_MS = 2_000;
/** While stopping, connections are looked at this often. */
const CHECK_MS = 25;

const countConnections = (server: LimitedServer): Promise<number> =>
  new Promise((resolve, reject) => {
    server.getConnections((error, count) => {
      if (error) reject(error);
      else resolve(count);
    });
  });

/** Waits until no client is connected any more, or the time is over. */
const waitForFarewells = async (server: LimitedServer, timeMs: number): Promise<void> => {
  const until = performance.now() + timeMs;
  while (performance.now() < until && (await countConnections(server)) > 0) {
    await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
  }
};

/** Takes no more connections. Leaves idle ones open, which the HTTP server's own `close` would not. */
const stopListening = (server: LimitedServer): Promise<void> =>
  new Promise((resolve) => {
    NetServer.prototype.close.call(server, () => {
      resolve();
    });
  });

/** Closes what is idle, waits for the last answers, and cuts off what is left at the end. */
const drain = async (
  server: LimitedServer,
  closed: Promise<void>,
  timeMs: number,
): Promise<void> => {
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

/** Stops a server whose further answers say `Connection: close`. Requests in flight get `drainMs` in all. */
export const stopHttpServer = async (
  server: LimitedServer,
  connections: Connections,
  drainMs: number,
): Promise<void> => {
  // Closing a connection on which a client has just sent its next request would lose that request.
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
