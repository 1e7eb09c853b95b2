import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { TrackedResponse } from './tracked-response';

/** A request that Node has parsed, and its response. */
export interface Exchange {
  readonly req: IncomingMessage;
  readonly res: TrackedResponse;
}

/** One connection of a client, and what the server knows about it. */
export interface Connection {
  readonly socket: Socket;
  /** Key of the peer's address. */
  readonly address: string;
  /** Gives bytes to Node's parser. */
  readonly parse: (chunk: Buffer) => void;
  /** The exchange under way; there is never more than one. */
  current: Exchange | undefined;
  /** A request whose last bytes came in one piece with the end of the one before. It begins when that one is over. */
  next: Exchange | undefined;
  /** A request that was answered before all of it had come. */
  unfinished: IncomingMessage | undefined;
  /** Bytes of later requests, not parsed yet. */
  held: Buffer | undefined;
  /** Bytes dropped after the last request that is answered on this connection; undefined before it. */
  dropped: number | undefined;
}

/**
 * Makes the state of a connection that Node has just accepted, and takes the place of Node's own listener between the
 * bytes of the connection and the parser.
 */
export const createConnection = (socket: Socket, address: string): Connection => {
  const [parse] = socket.listeners('data') as ((chunk: Buffer) => void)[];
  if (parse === undefined) throw new TypeError('Node does not listen to the connection.');
  socket.off('data', parse);
  return {
    socket,
    address,
    parse,
    current: undefined,
    next: undefined,
    unfinished: undefined,
    held: undefined,
    dropped: undefined,
  };
};
