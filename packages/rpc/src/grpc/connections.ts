import type { Socket } from 'node:net';
import {
  ResponderBuilder,
  ServerInterceptingCall,
  type ServerInterceptor,
  ServerListenerBuilder,
} from '@grpc/grpc-js';

/** The open connections of a server, of which there are at most so many. */
export interface Connections {
  /**
   * Takes a new connection in. When there are as many as there may be, the one that has been idle longest is closed for
   * it. False when there is none to close.
   */
  readonly admit: (socket: Socket) => boolean;
  /** Sees which connections have calls under way, for the options of the server. */
  readonly interceptor: ServerInterceptor;
}

const keyOf = (address: string | undefined, port: number | undefined): string =>
  `${address} ${port}`;

interface Connection {
  readonly socket: Socket;
  /** A closed socket has no address any more. */
  readonly key: string;
  calls: number;
}

/**
 * Bounds the connections of a server. One is idle unless it has a call of `serviceName` under way whose request has come
 * whole. Silent connections, calls that are never finished, and streams that anybody may open (health, reflection) keep no
 * place from others.
 */
export const createConnections = (options: {
  readonly max: number;
  readonly serviceName: string;
}): Connections => {
  const { max, serviceName } = options;
  const all = new Map<string, Connection>();
  /** In the order in which they became idle. */
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
