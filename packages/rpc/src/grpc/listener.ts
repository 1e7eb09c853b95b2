import { type AddressInfo, createServer, type Socket } from 'node:net';

/** Takes connections and remembers them. */
export interface Listener {
  readonly port: number;
  /** Takes no further connections, and resolves when those that are there have ended. */
  readonly close: () => Promise<void>;
  /** Ends every connection, whatever is in flight on it. */
  readonly cutOff: () => void;
}

/**
 * Listens for connections and hands them on. grpc-js would listen by itself, but then nothing could end all connections:
 * its `forceShutdown` ends none while channelz is off, and its `tryShutdown` waits for ever for a client that speaks TLS to
 * a server without it, or that only connects.
 *
 * @throws Error of the system, for example when the port is taken
 */
export const listen = (options: {
  readonly host: string;
  /** 0 takes any free port. */
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
