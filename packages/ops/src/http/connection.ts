import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { TrackedResponse } from './tracked-response';

/** A parsed request and its response. */
export interface Exchange {
  readonly req: IncomingMessage;
  readonly res: TrackedResponse;
}

/** A client connection and its state. */
export interface Connection {
  readonly socket: Socket;
  /** Key of the peer's address. */
  readonly address: string;
  /** Feeds bytes to Node's parser. */
  readonly parse: (chunk: Buffer) => void;
  /** The exchange in progress; at most one. */
  current: Exchange | undefined;
  /** A request parsed from the same chunk as the end of the previous one; starts after that one. */
  next: Exchange | undefined;
  /** A request whose response was sent before it was received completely. */
  unfinished: IncomingMessage | undefined;
  /** Unparsed bytes of later requests. */
  held: Buffer | undefined;
  /** Bytes dropped after the last request served on this connection; undefined before that. */
  dropped: number | undefined;
}

/**
 * Creates the state of a newly accepted connection and detaches Node's own data listener, so that
 * this server controls what reaches the parser.
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
