import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Services } from './command';
import { createCursors } from './cursors';
import { answer } from './dispatch';
import type { Engine } from './engine';
import { createMessageSplitter, encodeReply, parseRequest, type WireRequest } from './message';
import { createTransactions } from './transactions';
import { createTurns } from './turns';

const GREETINGS: ReadonlySet<string> = new Set(['hello', 'ismaster', 'ping']);

/**
 * Answers the requests of one connection in their order. While the engine is away, a greeting ends the
 * connection, as a stopped mongod would: drivers then wait for the server to come back instead of failing.
 */
function serve(socket: Socket, services: Services): void {
  const split = createMessageSplitter();
  let last: Promise<void> = Promise.resolve();
  const handle = async (request: WireRequest) => {
    if (!services.engine.isUp() && GREETINGS.has(request.body.firstName.toLowerCase())) {
      socket.destroy();
      return;
    }
    const document = await answer(services, request);
    if (!request.isAnswerUnwanted && socket.writable) {
      socket.write(encodeReply(request, document));
    }
  };
  const giveUp = (error: unknown) => {
    console.error(error);
    socket.destroy();
  };
  socket.setNoDelay(true);
  socket.on('data', (chunk) => {
    try {
      for (const message of split(chunk)) {
        const request = parseRequest(message);
        last = last.then(() => handle(request)).catch(giveUp);
      }
    } catch (error) {
      // Where one message ends and the next begins is lost: nothing can be answered any more.
      giveUp(error);
    }
  });
  // The driver sees the end of the connection itself; there is nobody else to tell.
  socket.on('error', () => socket.destroy());
}

/** A running wire-protocol server. */
export interface WireServer {
  readonly port: number;
  close(): Promise<void>;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('The wire server has no TCP port.');
  }
  return address.port;
}

/**
 * Speaks the MongoDB wire protocol on 127.0.0.1, without authentication: for development only.
 * @param port 0 for any free one.
 */
export async function startWireServer(engine: Engine, port: number): Promise<WireServer> {
  const services: Services = {
    engine,
    transactions: createTransactions(engine),
    cursors: createCursors(),
    inTurn: createTurns(),
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, services);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server),
    async close() {
      server.close();
      for (const socket of sockets) {
        socket.destroy();
      }
      await services.transactions.close();
      await engine.close();
    },
  };
}
