import type { Connection, Exchange } from './connection';
import type { HttpServerLimits } from './limits';
import type { WaitingBytes } from './waiting-bytes';

/**
 * Parses the requests of a connection one at a time: the next one is parsed only after the previous
 * response has been handed to the operating system. Node alone would parse all received bytes and
 * start every request at once.
 */
export interface OneAtATime {
  /** Starts feeding the bytes of a new connection to the parser, one request at a time. */
  readonly watch: (connection: Connection) => void;
  /**
   * Accepts a parsed request. False if the previous one is in progress; `begin` is then called
   * later.
   */
  readonly take: (connection: Connection, exchange: Exchange) => boolean;
  /** Ends the current exchange. The next one starts in a later event loop turn, for fairness. */
  readonly release: (connection: Connection) => void;
}

/** Terminates the headers of a request. Node's parser accepts no other line endings. */
const BLANK_LINE = '\r\n\r\n';

const isWhole = ({ current, next }: Connection): boolean =>
  next !== undefined || current?.req.complete === true;

const heldBytes = ({ held }: Connection): number => held?.length ?? 0;

/** End of the next piece, which contains the headers of at most one request. */
const endOfPiece = (chunk: Buffer, from: number): number => {
  const first = chunk.indexOf(BLANK_LINE, from);
  if (first === -1) return chunk.length;
  const end = first + BLANK_LINE.length;
  return chunk.includes(BLANK_LINE, end) ? end : chunk.length;
};

export const createOneAtATime = (options: {
  readonly limits: Pick<HttpServerLimits, 'heldBytesMax' | 'droppedBytesMax'>;
  readonly waitingBytes: WaitingBytes;
  readonly begin: (connection: Connection, exchange: Exchange) => void;
}): OneAtATime => {
  const { limits, waitingBytes, begin } = options;
  const hold = (connection: Connection, chunk: Buffer): void => {
    const { socket, held } = connection;
    connection.held = held === undefined ? chunk : Buffer.concat([held, chunk]);
    waitingBytes.add(connection, chunk.length);
    // Below the limit the connection is still read, because a disconnect would go undetected
    // otherwise.
    if (heldBytes(connection) >= limits.heldBytesMax) socket.pause();
  };
  const feed = (connection: Connection, chunk: Buffer): void => {
    const { socket, parse } = connection;
    for (let from = 0; from < chunk.length && !socket.destroyed; ) {
      if (isWhole(connection)) {
        hold(connection, chunk.subarray(from));
        return;
      }
      const end = endOfPiece(chunk, from);
      parse(from === 0 && end === chunk.length ? chunk : chunk.subarray(from, end));
      from = end;
    }
  };
  const drop = (connection: Connection, bytes: number): void => {
    connection.dropped = (connection.dropped ?? 0) + bytes;
    if (connection.dropped > limits.droppedBytesMax) connection.socket.destroy();
  };

  const goOn = (connection: Connection): void => {
    const { socket, next, held } = connection;
    if (socket.destroyed || socket.writableEnded) return;
    if (connection.current !== undefined) return;
    if (next !== undefined) {
      connection.next = undefined;
      connection.current = next;
      begin(connection, next);
      return;
    }
    if (held === undefined) return;
    connection.held = undefined;
    waitingBytes.add(connection, -held.length);
    feed(connection, held);
    if (heldBytes(connection) < limits.heldBytesMax) socket.resume();
  };

  return {
    watch: (connection) => {
      connection.socket.on('data', (chunk: Buffer) => {
        if (connection.dropped !== undefined) drop(connection, chunk.length);
        else if (connection.held !== undefined) hold(connection, chunk);
        else feed(connection, chunk);
      });
    },
    take: (connection, exchange) => {
      if (connection.current === undefined) {
        connection.current = exchange;
        return true;
      }
      // A piece contains the headers of one request and at most the end of another: never a third.
      if (connection.next !== undefined) connection.socket.destroy();
      connection.next = exchange;
      return false;
    },
    release: (connection) => {
      const req = connection.current?.req;
      connection.unfinished = req?.complete ? undefined : req;
      connection.current = undefined;
      if (connection.next !== undefined || connection.held !== undefined) {
        setImmediate(goOn, connection);
      }
    },
  };
};
