import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Connection } from './connection';
import type { Connections } from './connections';
import type { WaitingBytes } from './waiting-bytes';

/** Requests under way, up to a limit. */
export interface RequestCounter {
  underWay: number;
  readonly max: number;
}

/** What the server keeps about a response. */
export interface Tracking {
  readonly connection: Connection;
  readonly connections: Connections;
  readonly waitingBytes: WaitingBytes;
  /** The counters in which this request has a place. */
  readonly places: RequestCounter[];
}

/**
 * A response with what the server keeps about it. A property of its own, because express replaces the prototype of
 * responses, and a lookup in a map would cost each request more.
 */
export class TrackedResponse extends ServerResponse<IncomingMessage> {
  tracking: Tracking | undefined = undefined;
}

/** A server whose responses are tracked. */
export type LimitedServer = Server<typeof IncomingMessage, typeof TrackedResponse>;

/** Undefined for a response that `startHttpServer` did not make. */
export const trackingOf = (res: object): Tracking | undefined =>
  'tracking' in res ? (res as TrackedResponse).tracking : undefined;
