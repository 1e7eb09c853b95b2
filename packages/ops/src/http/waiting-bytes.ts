import type { Connection } from './connection';

/**
 * Counts the bytes that wait in memory for clients: answers that are not read, bodies that are not whole, requests sent
 * before the one ahead is answered.
 */
export interface WaitingBytes {
  /**
   * Adds to what waits on a connection; a negative number takes away. Over the limit the connections that have waited
   * longest are cut off until the rest fits.
   */
  readonly add: (connection: Connection, bytes: number) => void;
  /** Forgets a connection that is closed. */
  readonly forget: (connection: Connection) => void;
  readonly total: () => number;
}

export const createWaitingBytes = (max: number): WaitingBytes => {
  /** In the order in which connections began to wait. */
  const bytesOf = new Map<Connection, number>();
  let total = 0;

  const forget = (connection: Connection): void => {
    total -= bytesOf.get(connection) ?? 0;
    bytesOf.delete(connection);
  };
  return {
    add: (connection, bytes) => {
      if (bytes === 0 || connection.socket.destroyed) return;
      const waiting = (bytesOf.get(connection) ?? 0) + bytes;
      total += bytes;
      if (waiting > 0) bytesOf.set(connection, waiting);
      else bytesOf.delete(connection);
      if (total <= max) return;
      for (const longest of bytesOf.keys()) {
        if (total <= max) return;
        forget(longest);
        longest.socket.destroy();
      }
    },
    forget,
    total: () => total,
  };
};
