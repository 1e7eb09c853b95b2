import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a real server that a test can block: what the client sees is what a broken network shows it. */
export interface TcpProxy {
  readonly port: number;
  /** Resets all connections and refuses new ones. */
  readonly cut: () => Promise<void>;
  /** Keeps all connections and takes new ones, but lets nothing through. */
  readonly freeze: () => void;
  /** Works again, on the same port. */
  readonly restore: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export const startTcpProxy = async (target: {
  readonly host: string;
  readonly port: number;
}): Promise<TcpProxy> => {
  const sockets = new Set<Socket>();
  let frozen = false;
  let listening = false;

  const track = (socket: Socket, other: Socket): void => {
    sockets.add(socket);
    // A connection that breaks is what this proxy is for; its end takes the other half along.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
    socket.on('data', (chunk) => {
      if (!frozen) other.write(chunk);
    });
  };
  const server = createServer((client) => {
    const upstream = connect(target);
    track(client, upstream);
    track(upstream, client);
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        listening = true;
        resolve();
      });
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;

  const cut = async (): Promise<void> => {
    if (!listening) return;
    listening = false;
    const closed = new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    port,
    cut,
    freeze: () => {
      frozen = true;
    },
    restore: async () => {
      frozen = false;
      if (!listening) await listen(port);
    },
    close: cut,
  };
};
