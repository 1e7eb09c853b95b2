import type { Socket } from 'node:net';
import {
  ResponderBuilder,
  ServerInterceptingCall,
  type ServerInterceptor,
  ServerListenerBuilder,
} from '@grpc/grpc-js';

/** The open connections of a server, limited in number. */
export interface Connections {
  /**
   * Accepts a new connection. At the limit, the connection that has been idle longest is closed
   * first. Returns false if none is idle.
   */
  readonly admit: (socket: Socket) => boolean;
  /** Server interceptor that tracks which connections have calls in flight. */
  readonly interceptor: ServerInterceptor;
}

const keyOf = (address: string | undefined, port: number | undefined): string =>
  `${address} ${port}`;

interface Connection {
  readonly socket: Socket;
  /** Kept here, because a closed socket has no address. */
  readonly key: string;
  calls: number;
}

/**
 * Limits the connections of a server. A connection is idle unless it has a call of `serviceName` in
 * flight whose request is complete. Silent connections, calls whose request is never completed, and
 * streams that need no token (health, reflection) therefore never block others.
 */
export const createConnections = (options: {
  readonly max: number;
  readonly serviceName: string;
}): Connections => {
  const { max, serviceName } = options;
  const all = new Map<string, Connection>();
  /** Ordered by the time at which they became idle. */
  const idle = new Set<Connection>();

  const forget = (connection: Connection): void => {
    idle.delete(connection);
    if (all.get(connection.key) === connection) all.delete(connection.key);
  };
  const makeRoom = (): boolean => {
    for (const connection of idle) {
      forget(connection);
      connection.socket.destroy();
      return true;
    }
    return false;
  };
  const begin = (connection: Connection): void => {
    connection.calls += 1;
    idle.delete(connection);
  };
  const end = (connection: Connection): void => {
    connection.calls -= 1;
    if (connection.calls === 0 && all.get(connection.key) === connection) idle.add(connection);
  };

  return {
    admit: (socket) => {
      if (all.size >= max && !makeRoom()) return false;
      const key = keyOf(socket.remoteAddress, socket.remotePort);
      const connection = { socket, key, calls: 0 };
      all.set(key, connection);
      idle.add(connection);
      socket.once('close', () => forget(connection));
      return true;
    },
    interceptor: (method, call) => {
      const { remoteAddress, remotePort } = call.getConnectionInfo();
      const connection = all.get(keyOf(remoteAddress, remotePort));
      if (connection === undefined || !method.path.startsWith(`/${serviceName}/`)) {
        return new ServerInterceptingCall(call);
      }
      let isUnderWay = false;
      let isOver = false;
      const finish = (): void => {
        isOver = true;
        if (isUnderWay) end(connection);
        isUnderWay = false;
      };
      const listener = new ServerListenerBuilder()
        .withOnReceiveHalfClose((next) => {
          if (!isOver && !isUnderWay) {
            isUnderWay = true;
            begin(connection);
          }
          next();
        })
        .withOnCancel(finish)
        .build();
      const responder = new ResponderBuilder()
        .withStart((next) => next(listener))
        .withSendStatus((status, next) => {
          finish();
          next(status);
        })
        .build();
      return new ServerInterceptingCall(call, responder);
    },
  };
};
