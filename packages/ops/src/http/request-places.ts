import type { ServerResponse } from 'node:http';
import { type RequestCounter, trackingOf } from './tracked-response';

/** Creates a counter that admits at most `max` concurrent requests. */
export const createRequestCounter = (max: number): RequestCounter => ({ underWay: 0, max });

/**
 * Takes a slot for a request until it is answered. False if none is free. Responses not created by
 * `startHttpServer` are not counted and always succeed.
 */
export const takePlace = (res: ServerResponse, counter: RequestCounter): boolean => {
  const tracking = trackingOf(res);
  if (tracking === undefined) return true;
  if (counter.underWay >= counter.max) return false;
  counter.underWay += 1;
  tracking.places.push(counter);
  return true;
};

/** Releases the slots of a request. Idempotent. */
export const giveBackPlaces = (res: ServerResponse): readonly RequestCounter[] => {
  const places = trackingOf(res)?.places.splice(0) ?? [];
  for (const counter of places) counter.underWay -= 1;
  return places;
};

/**
 * Turns the response into a stream that lasts until the client disconnects. Releases its slots; its
 * connection takes no further requests and is never closed to make room.
 */
export const becomeStream = (res: ServerResponse): void => {
  giveBackPlaces(res);
  const tracking = trackingOf(res);
  if (tracking === undefined) return;
  const { connection, waitingBytes } = tracking;
  waitingBytes.add(connection, -(connection.held?.length ?? 0));
  connection.held = undefined;
  connection.next = undefined;
  connection.dropped = 0;
  // Keep reading, to detect a disconnect.
  connection.socket.resume();
};

/** A request's wait for its client, and the bytes that it buffers during the wait. */
export interface ClientWait {
  /** Adds buffered bytes. */
  readonly add: (bytes: number) => void;
  /** Ends the wait. False if the slots of the request have been taken meanwhile. */
  readonly end: () => boolean;
}

/**
 * Starts a wait for the client, for example for the rest of a body. Meanwhile the request occupies
 * no slot, and its connection may be closed to make room.
 */
export const waitForClient = (res: ServerResponse): ClientWait => {
  const places = giveBackPlaces(res);
  const tracking = trackingOf(res);
  let bytes = 0;
  tracking?.connections.setWaiting(tracking.connection, true);
  return {
    add: (more) => {
      bytes += more;
      tracking?.waitingBytes.add(tracking.connection, more);
    },
    end: () => {
      tracking?.connections.setWaiting(tracking.connection, false);
      tracking?.waitingBytes.add(tracking.connection, -bytes);
      return places.every((counter) => takePlace(res, counter));
    },
  };
};

/** Counts a stream's unread bytes until its `drain` event. Call it after a write returned false. */
export const reportUnread = (res: ServerResponse): void => {
  const tracking = trackingOf(res);
  if (tracking === undefined) return;
  const { connection, waitingBytes } = tracking;
  const unread = connection.socket.writableLength;
  waitingBytes.add(connection, unread);
  res.once('drain', () => {
    waitingBytes.add(connection, -unread);
  });
};
