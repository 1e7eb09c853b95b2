import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** What Node's fetch publishes about its connections and requests. */
interface Notice {
  readonly request: object;
  readonly socket: Socket;
}

/**
 * The keep-alive connections of this process's `fetch`. A stopping gateway gives each idle one 2.5
 * s for a last request, which no test sends.
 */
export interface ClientConnections {
  /** Closes those to these URLs that have no request in flight, and stops watching. */
  readonly closeIdle: (urls: readonly string[]) => void;
}

/** Watches connections that are opened from now on. */
export const watchClientConnections = (): ClientConnections => {
  const open = new Set<Socket>();
  const inFlight = new Map<object, Socket>();
  const listeners: readonly (readonly [string, (notice: Notice) => void])[] = [
    ['undici:client:connected', ({ socket }) => open.add(socket)],
    ['undici:client:sendHeaders', ({ request, socket }) => inFlight.set(request, socket)],
    ['undici:request:trailers', ({ request }) => inFlight.delete(request)],
    ['undici:request:error', ({ request }) => inFlight.delete(request)],
  ];
  const subscriptions = listeners.map(
    ([channel, listener]) => [channel, (notice: unknown) => listener(notice as Notice)] as const,
  );
  for (const [channel, listener] of subscriptions) subscribe(channel, listener);
  return {
    closeIdle: (urls) => {
      for (const [channel, listener] of subscriptions) unsubscribe(channel, listener);
      const ports = urls.map((url) => Number(new URL(url).port));
      const busy = new Set(inFlight.values());
      for (const socket of open) {
        if (ports.includes(socket.remotePort ?? 0) && !busy.has(socket)) socket.destroy();
      }
    },
  };
};
