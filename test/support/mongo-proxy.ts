import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket, connect as tcpConnect } from 'node:net';
import { createMessageSplitter, parseRequest } from '@flashreserve/documentdb-wire';

/** A proxy between a service and its store that can swallow single commands. */
export interface MongoProxy {
  /** The MONGO_URI for the service. */
  readonly uri: string;
  /**
   * Swallows all further commands with these names: neither they nor anything after them on the
   * same connections reaches the store, and these connections stay open without replies. All other
   * connections work.
   */
  readonly swallow: (...commands: readonly string[]) => void;
  /** Forwards all further commands. */
  readonly heal: () => void;
  /** Number of swallowed commands. */
  readonly swallowed: () => number;
  readonly stop: () => Promise<void>;
}

/** Starts a proxy on a free port. */
export const startMongoProxy = async (storeUri: string): Promise<MongoProxy> => {
  const store = new URL(storeUri);
  const sockets = new Set<Socket>();
  let names: ReadonlySet<string> = new Set();
  let swallowed = 0;

  const track = (socket: Socket, other: Socket): void => {
    sockets.add(socket);
    socket.setNoDelay(true);
    // `close` follows every `error`.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
  };
  const server = createServer((client) => {
    const upstream = tcpConnect({ host: store.hostname, port: Number(store.port || 27_017) });
    let isDead = false;
    const split = createMessageSplitter();
    const pass = (message: Buffer): void => {
      if (names.has(parseRequest(message).body.firstName)) {
        isDead = true;
        swallowed += 1;
      }
      if (!isDead) upstream.write(message);
    };
    track(client, upstream);
    track(upstream, client);
    client.on('data', (bytes: Buffer) => {
      for (const message of split(bytes)) pass(message);
    });
    upstream.on('data', (bytes: Buffer) => client.write(bytes));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const uri = new URL(storeUri);
  uri.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  // Otherwise the driver would discover the store's real address and bypass the proxy.
  uri.searchParams.delete('replicaSet');
  uri.searchParams.set('directConnection', 'true');

  return {
    uri: uri.toString(),
    swallow: (...commands) => {
      names = new Set(commands);
    },
    heal: () => {
      names = new Set();
    },
    swallowed: () => swallowed,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
};
