import { type AddressInfo, createServer, type Socket } from 'node:net';

/** Accepts connections and tracks them. */
export interface Listener {
  readonly port: number;
  /** Stops accepting connections; resolves once the existing ones have ended. */
  readonly close: () => Promise<void>;
  /** Closes every connection, even with calls in flight. */
  readonly cutOff: () => void;
}

/**
 * Listens for connections and passes them on. grpc-js could listen itself, but then not all
 * connections could be closed: its `forceShutdown` closes none while channelz is off, and its
 * `tryShutdown` waits forever for a client that uses TLS with a plaintext server, or that only
 * connects.
 *
 * @throws Error of the system, for example if the port is in use
 */
export const listen = (options: {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly onConnection: (socket: Socket) => void;
}): Promise<Listener> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    options.onConnection(socket);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: options.host, port: options.port, exclusive: true }, () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () =>
          new Promise((closed) => {
            server.close(() => {
              closed();
            });
          }),
        cutOff: () => {
          for (const socket of sockets) socket.destroy();
        },
      });
    });
  });
};
