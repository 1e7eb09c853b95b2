import type { Socket } from 'node:net';
import { addressKey } from './address-key';
import { type Connection, createConnection } from './connection';
import type { HttpServerLimits } from './limits';

/** The open connections of a server. */
export interface Connections {
  /**
   * Admits a new connection. If its address or the server is at its limit, the connection that has
   * waited longest for its client is closed; if none is waiting, returns undefined and the caller
   * must close the new one.
   */
  readonly admit: (socket: Socket) => Connection | undefined;
  /** Undefined if the connection was not admitted. */
  readonly of: (socket: Socket) => Connection | undefined;
  /**
   * Records whether a connection is waiting for its client: for a request, the rest of a body, or a
   * response to be read. Only waiting connections are closed to make room.
   */
  readonly setWaiting: (connection: Connection, isWaiting: boolean) => void;
  readonly all: () => Iterable<Connection>;
  readonly remove: (connection: Connection) => void;
}

interface AddressEntry {
  count: number;
  /** Ordered by start of the wait. */
  readonly waiting: Set<Connection>;
}

type Limits = Pick<HttpServerLimits, 'connectionsMax' | 'connectionsPerAddressMax'>;

export const createConnections = (limits: Limits): Connections => {
  const all = new Map<Socket, Connection>();
  const waiting = new Set<Connection>();
  const byAddress = new Map<string, AddressEntry>();

  const remove = (connection: Connection): void => {
    if (!all.delete(connection.socket)) return;
    waiting.delete(connection);
    const entry = byAddress.get(connection.address);
    if (entry === undefined) return;
    entry.waiting.delete(connection);
    entry.count -= 1;
    if (entry.count === 0) byAddress.delete(connection.address);
  };
  /** Closes the connection that has waited longest. False if none is waiting. */
  const makeRoom = (candidates: ReadonlySet<Connection>): boolean => {
    for (const connection of candidates) {
      remove(connection);
      connection.socket.destroy();
      return true;
    }
    return false;
  };
  const hasRoom = (address: string): boolean => {
    const { connectionsMax, connectionsPerAddressMax: perAddress } = limits;
    const entry = byAddress.get(address);
    if (perAddress > 0 && entry !== undefined && entry.count >= perAddress) {
      return makeRoom(entry.waiting);
    }
    return all.size < connectionsMax || makeRoom(waiting);
  };

  return {
    admit: (socket) => {
      const address = addressKey(socket.remoteAddress ?? '');
      if (!hasRoom(address)) return undefined;
      const connection = createConnection(socket, address);
      const entry = byAddress.get(address) ?? { count: 0, waiting: new Set() };
      byAddress.set(address, entry);
      entry.count += 1;
      entry.waiting.add(connection);
      waiting.add(connection);
      all.set(socket, connection);
      return connection;
    },
    of: (socket) => all.get(socket),
    setWaiting: (connection, isWaiting) => {
      if (!all.has(connection.socket)) return;
      const ofAddress = byAddress.get(connection.address)?.waiting;
      if (isWaiting) {
        waiting.add(connection);
        ofAddress?.add(connection);
      } else {
        waiting.delete(connection);
        ofAddress?.delete(connection);
      }
    },
    all: () => all.values(),
    remove,
  };
};
