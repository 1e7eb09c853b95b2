import { type AddressInfo, createServer, type Socket, connect as tcpConnect } from 'node:net';

/** What stands before several gateways in a deployment: hands each new connection to one that takes it. */
export interface Balancer {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const HOST = '127.0.0.1';

/** Resolves with an open connection, or undefined when nobody listens. */
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

/** Takes turns between the ports, and passes over one that refuses. Sends nothing twice. */
export const startBalancer = async (ports: readonly number[]): Promise<Balancer> => {
  let turn = 0;
  const open = new Set<Socket>();
  const serve = async (client: Socket): Promise<void> => {
    for (let tries = 0; tries < ports.length; tries += 1) {
      turn = (turn + 1) % ports.length;
      const upstream = await connect(ports[turn] ?? 0);
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
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const client of open) client.destroy();
      }),
  };
};
