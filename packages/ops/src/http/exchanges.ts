import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Connection, Exchange } from './connection';
import { type Connections, createConnections } from './connections';
import type { HttpServerLimits } from './limits';
import { createOneAtATime } from './one-at-a-time';
import { giveBackPlaces } from './request-places';
import type { TrackedResponse } from './tracked-response';
import { createWaitingBytes } from './waiting-bytes';

/** What clients and a server exchange, one request of each connection at a time. */
export interface Exchanges {
  readonly connections: Connections;
  readonly onConnection: (socket: Socket) => void;
  readonly onRequest: (req: IncomingMessage, res: TrackedResponse) => void;
  /** The exchange that is under way on a connection. */
  readonly currentOf: (socket: Duplex) => Exchange | undefined;
  /** Whether what comes on a connection belongs to a request that was answered already. */
  readonly isAnswered: (socket: Duplex) => boolean;
}

/** `begin` is called with each request when its turn has come. */
export const createExchanges = (
  limits: HttpServerLimits,
  begin: (exchange: Exchange) => void,
): Exchanges => {
  const connections = createConnections(limits);
  const waitingBytes = createWaitingBytes(limits.waitingBytesMax);
  const oneAtATime = createOneAtATime({
    limits,
    waitingBytes,
    begin: (connection, exchange) => {
      start(connection, exchange);
    },
  });

  /** The answer is made. From here on only the client can make it slow. */
  function onAnswered(this: TrackedResponse): void {
    giveBackPlaces(this);
    const connection = this.tracking?.connection;
    if (connection === undefined) return;
    connections.setWaiting(connection, true);
    const unread = connection.socket.writableLength;
    if (unread === 0) return;
    waitingBytes.add(connection, unread);
    const timer = setTimeout(() => connection.socket.destroy(), limits.answerTimeoutMs).unref();
    this.once('close', () => {
      clearTimeout(timer);
      waitingBytes.add(connection, -unread);
    });
  }
  function onOver(this: TrackedResponse): void {
    giveBackPlaces(this);
    if (this.tracking !== undefined) oneAtATime.release(this.tracking.connection);
  }
  const start = (connection: Connection, exchange: Exchange): void => {
    const { res } = exchange;
    // What follows a refusal on its connection is not even looked at.
    if (connection.socket.writableEnded) return;
    connections.setWaiting(connection, false);
    res.tracking = { connection, connections, waitingBytes, places: [] };
    res.on('prefinish', onAnswered);
    res.on('close', onOver);
    begin(exchange);
  };

  return {
    connections,
    onConnection: (socket) => {
      const connection = connections.admit(socket);
      if (connection === undefined) {
        socket.destroy();
        return;
      }
      oneAtATime.watch(connection);
      socket.once('close', () => {
        connections.remove(connection);
        waitingBytes.forget(connection);
      });
    },
    onRequest: (req, res) => {
      const connection = connections.of(req.socket);
      if (connection === undefined) {
        req.socket.destroy();
        return;
      }
      const exchange = { req, res };
      if (oneAtATime.take(connection, exchange)) start(connection, exchange);
    },
    currentOf: (socket) => connections.of(socket as Socket)?.current,
    isAnswered: (socket) => connections.of(socket as Socket)?.unfinished?.complete === false,
  };
};
