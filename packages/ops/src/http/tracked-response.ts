import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Connection } from './connection';
import type { Connections } from './connections';
import type { WaitingBytes } from './waiting-bytes';

/** Counter of concurrent requests with a limit. */
export interface RequestCounter {
  underWay: number;
  readonly max: number;
}

/** Server state of a response. */
export interface Tracking {
  readonly connection: Connection;
  readonly connections: Connections;
  readonly waitingBytes: WaitingBytes;
  /** The counters in which this request occupies a slot. */
  readonly places: RequestCounter[];
}

/**
 * A response with its server state. An own property, because Express replaces the prototype of
 * responses and a map lookup per request would cost more.
 */
export class TrackedResponse extends ServerResponse<IncomingMessage> {
  tracking: Tracking | undefined = undefined;
}

/** A server whose responses are tracked. */
export type LimitedServer = Server<typeof IncomingMessage, typeof TrackedResponse>;

/** Undefined for a response not created by `startHttpServer`. */
export const trackingOf = (res: object): Tracking | undefined =>
  'tracking' in res ? (res as TrackedResponse).tracking : undefined;
