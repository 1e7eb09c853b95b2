import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Services } from '../commands/command';
import type { Engine } from '../engine/engine';
import { createTurns } from '../engine/turns';
import { createFaults, type FaultSettings } from '../faults/faults';
import {
  createMessageSplitter,
  encodeReply,
  parseRequest,
  type WireRequest,
} from '../protocol/message';
import { createReplicaSet } from '../replica-set/replica-set';
import { streamedHello } from '../replica-set/streamed-hello';
import { createCursors } from '../sessions/cursors';
import { createTransactions } from '../sessions/transactions';
import { answer } from './dispatch';

const GREETINGS: ReadonlySet<string> = new Set(['hello', 'ismaster', 'ping']);

/**
 * Answers the requests of one connection in order. While the engine is down, a `hello` or `ping`
 * closes the connection, as a stopped mongod would: drivers then wait for the server to return
 * instead of failing.
 */
function serve(socket: Socket, services: Services): void {
  const split = createMessageSplitter();
  let last: Promise<void> = Promise.resolve();
  const handle = async (request: WireRequest): Promise<void> => {
    if (!services.engine.isUp() && GREETINGS.has(request.body.firstName.toLowerCase())) {
      socket.destroy();
      return;
    }
    const document = await answer(services, request);
    if (document === 'close') {
      socket.destroy();
      return;
    }
    if (request.isAnswerUnwanted || !socket.writable) {
      return;
    }
    const next = streamedHello(request, document);
    socket.write(encodeReply(request, document, next !== undefined));
    if (next !== undefined) {
      await handle(next);
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
      // The boundary between messages is lost, so the connection cannot be used any more.
      giveUp(error);
    }
  });
  // The driver notices the closed connection itself.
  socket.on('error', () => socket.destroy());
}

/** A running wire-protocol server. */
export interface WireServer {
  close(): Promise<void>;
}

export interface WireServerOptions {
  readonly port: number;
  /** Faults that commands meet at `port`; none without it. */
  readonly faults?: FaultSettings | undefined;
  /** Another port for the same data, without faults. */
  readonly portWithoutFaults?: number | undefined;
}

const HOST = '127.0.0.1';

async function listen(port: number, shared: Omit<Services, 'address'>): Promise<{ close(): void }> {
  const services = { ...shared, address: `${HOST}:${port}` };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, services);
  });
  server.listen(port, HOST);
  await once(server, 'listening');
  return {
    close() {
      server.close();
      for (const socket of sockets) {
        socket.destroy();
      }
    },
  };
}

/** Serves the MongoDB wire protocol on 127.0.0.1, without authentication: for development only. */
export async function startWireServer(
  engine: Engine,
  { port, faults, portWithoutFaults }: WireServerOptions,
): Promise<WireServer> {
  const replicaSet = createReplicaSet();
  const transactions = createTransactions(engine);
  const shared = {
    engine,
    transactions,
    cursors: createCursors(),
    inTurn: createTurns(),
    replicaSet,
  };
  const listeners = [
    await listen(port, { ...shared, faults: faults && createFaults(faults) }),
    ...(portWithoutFaults === undefined
      ? []
      : [await listen(portWithoutFaults, { ...shared, faults: undefined })]),
  ];
  return {
    async close() {
      for (const listener of listeners) {
        listener.close();
      }
      replicaSet.close();
      await transactions.close();
      await engine.close();
    },
  };
}
