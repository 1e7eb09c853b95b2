import type { Connection } from './connection';

/**
 * Counts the bytes buffered for clients: unread responses, incomplete bodies, and requests
 * pipelined behind an unanswered one.
 */
export interface WaitingBytes {
  /**
   * Adds buffered bytes to a connection; a negative number subtracts. Over the limit, the
   * connections that have waited longest are closed until the total fits.
   */
  readonly add: (connection: Connection, bytes: number) => void;
  /** Removes a closed connection. */
  readonly forget: (connection: Connection) => void;
  readonly total: () => number;
}

export const createWaitingBytes = (max: number): WaitingBytes => {
  /** Ordered by start of the wait. */
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
