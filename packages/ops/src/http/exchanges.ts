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

/** Requests and responses of a server, one at a time per connection. */
export interface Exchanges {
  readonly connections: Connections;
  readonly onConnection: (socket: Socket) => void;
  readonly onRequest: (req: IncomingMessage, res: TrackedResponse) => void;
  /** The exchange in progress on a connection. */
  readonly currentOf: (socket: Duplex) => Exchange | undefined;
  /** Whether incoming bytes belong to a request whose response has already been sent. */
  readonly isAnswered: (socket: Duplex) => boolean;
}

/** `begin` is called for each request when it starts. */
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

  /** The response is complete; from here on only the client can delay it. */
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
    // Requests after a rejected one on the same connection are ignored.
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
