import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createMessageSplitter, parseRequest } from '@flashreserve/documentdb-wire';

/** A TCP proxy in front of a MongoDB-compatible server that can lose replies. */
export interface DroppingProxy {
  readonly port: number;
  /**
   * The next command of this name reaches the server, but its connection closes instead of its
   * reply arriving.
   */
  dropNextReplyOf(command: string): void;
  /** How many replies have been dropped so far. */
  droppedCount(): number;
  close(): Promise<void>;
}

/** @param target The server's host and port. */
export async function startDroppingProxy(target: {
  readonly host: string;
  readonly port: number;
}): Promise<DroppingProxy> {
  const sockets = new Set<Socket>();
  let armedFor: string | undefined;
  let dropped = 0;

  const serve = (client: Socket) => {
    const upstream = connect(target.port, target.host);
    const split = createMessageSplitter();
    let isDropping = false;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', end);
    }
    client.on('data', (chunk) => {
      for (const message of split(chunk)) {
        if (parseRequest(message).body.firstName === armedFor) {
          armedFor = undefined;
          isDropping = true;
        }
        upstream.write(message);
      }
    });
    upstream.on('data', (chunk) => {
      if (isDropping) {
        dropped += 1;
        end();
      } else {
        client.write(chunk);
      }
    });
  };

  const server = createServer(serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('The proxy has no port.');
  }
  return {
    port: address.port,
    dropNextReplyOf(command) {
      armedFor = command;
    },
    droppedCount: () => dropped,
    async close() {
      server.close();
      for (const socket of sockets) {
        socket.destroy();
      }
      await once(server, 'close');
    },
  };
}
