import type { ServerResponse } from 'node:http';
import { type RequestCounter, trackingOf } from './tracked-response';

/** Makes a counter of requests under way, which takes at most `max` at a time. */
export const createRequestCounter = (max: number): RequestCounter => ({ underWay: 0, max });

/**
 * Gives a request a place until it is answered. False when all places are taken. A response that no server of
 * `startHttpServer` made is not counted.
 */
export const takePlace = (res: ServerResponse, counter: RequestCounter): boolean => {
  const tracking = trackingOf(res);
  if (tracking === undefined) return true;
  if (counter.underWay >= counter.max) return false;
  counter.underWay += 1;
  tracking.places.push(counter);
  return true;
};

/** Gives the places of a request back; once, however often it is called. */
export const giveBackPlaces = (res: ServerResponse): readonly RequestCounter[] => {
  const places = trackingOf(res)?.places.splice(0) ?? [];
  for (const counter of places) counter.underWay -= 1;
  return places;
};

/**
 * From now on the response goes on for as long as its client listens. It gives back its places; its connection takes no
 * further request and is never closed to make room for others.
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
  // Read on, so that its end is noticed.
  connection.socket.resume();
};

/** A wait of a request for its client, with the bytes that it keeps in memory meanwhile. */
export interface ClientWait {
  /** Adds bytes that wait in memory. */
  readonly add: (bytes: number) => void;
  /** The wait is over. False when the places that the request had are taken by others now. */
  readonly end: () => boolean;
}

/**
 * Begins a wait for the client, for example for the rest of a body. Meanwhile the request takes no place from others, and its
 * connection may be closed to make room.
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

/** Counts what a stream's client has not read yet, until it has read on. For a stream whose last write returned false. */
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
