import { type AddressInfo, createServer, type Socket, connect as tcpConnect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Replaces the load balancer of a deployment: passes each new connection to a gateway that accepts
 * it.
 */
export interface Balancer {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const HOST = '127.0.0.1';
const PROBE_EVERY_MS = 100;
const PROBE_TIMEOUT_MS = 1_000;

/** Resolves with an open connection, or undefined if nothing listens. */
const connect = (port: number): Promise<Socket | undefined> =>
  new Promise((resolve) => {
    const socket = tcpConnect({ host: HOST, port });
    socket.once('connect', () => {
      resolve(socket);
    });
    socket.once('error', () => {
      resolve(undefined);
    });
  });

const join = (client: Socket, upstream: Socket): void => {
  for (const [from, to] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    from.on('error', () => to.destroy());
    from.on('close', () => to.end());
    from.pipe(to);
  }
};

const isReady = async (port: number): Promise<boolean> => {
  try {
    const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
    return (await fetch(`http://${HOST}:${port}/readyz`, { signal })).ok;
  } catch {
    return false;
  }
};

/** Round robin over the ready gateways, skipping one that refuses. Sends nothing twice. */
export const startBalancer = async (all: readonly number[]): Promise<Balancer> => {
  let turn = 0;
  let ports = all;
  const open = new Set<Socket>();
  let stopped = false;
  const watch = async (): Promise<void> => {
    while (!stopped) {
      const ready = await Promise.all(all.map(isReady));
      const taking = all.filter((_, index) => ready[index]);
      ports = taking.length === 0 ? all : taking;
      await pause(PROBE_EVERY_MS);
    }
  };
  const watching = watch();
  const serve = async (client: Socket): Promise<void> => {
    for (let tries = 0; tries < all.length; tries += 1) {
      turn += 1;
      const upstream = await connect(ports[turn % ports.length] ?? 0);
      if (upstream !== undefined) return join(client, upstream);
    }
    client.destroy();
  };
  const server = createServer({ pauseOnConnect: false }, (client) => {
    open.add(client);
    client.on('error', () => client.destroy());
    client.on('close', () => open.delete(client));
    void serve(client);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, HOST, resolve);
  });
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      stopped = true;
      await watching;
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const client of open) client.destroy();
      });
    },
  };
};
