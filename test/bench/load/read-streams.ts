import { connect, type Socket } from 'node:net';
import type { StreamCount, StreamPlan } from './stream-plan';

/** Open streams and their event counts. */
export interface StreamReaders {
  /** Events since the last count. */
  readonly count: () => StreamCount;
  readonly close: () => void;
}

const OPENING_AT_ONCE = 100;
const FIRST_EVENT_MS = 60_000;
const EVENT = Buffer.from('\nid: ');

const countIn = (chunk: Buffer): number => {
  let count = 0;
  for (let at = chunk.indexOf(EVENT); at >= 0; at = chunk.indexOf(EVENT, at + EVENT.length)) {
    count += 1;
  }
  return count;
};

/**
 * Opens streams, a hundred at a time, and resolves once each has had its first event. Counts ids in
 * the raw bytes, because parsing thousands of streams would take more CPU than the measured
 * gateway.
 *
 * @throws Error if a stream is refused or has no event within a minute
 */
export const readStreams = async (plan: StreamPlan): Promise<StreamReaders> => {
  const { host, port, path } = plan;
  const request = `GET ${path} HTTP/1.1\r\nhost: ${host}:${port}\r\naccept: text/event-stream\r\n\r\n`;
  const sockets: Socket[] = [];
  let events = new Uint32Array(plan.count);
  let lost = 0;
  let isClosed = false;

  const openOne = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true });
      const index = sockets.push(socket) - 1;
      const timer = setTimeout(() => {
        socket.destroy(new Error('A stream had no event in time.'));
      }, FIRST_EVENT_MS);
      socket.write(request);
      let isOpen = false;
      socket.on('data', (chunk) => {
        const found = countIn(chunk);
        events[index] = (events[index] ?? 0) + found;
        if (isOpen || found === 0) return;
        isOpen = true;
        clearTimeout(timer);
        resolve();
      });
      socket.on('error', reject);
      socket.on('close', () => {
        clearTimeout(timer);
        if (!isClosed) lost += 1;
        reject(new Error('A stream was ended before its first event.'));
      });
    });
  const openInTurn = async (share: number): Promise<void> => {
    for (let opened = 0; opened < share; opened += 1) await openOne();
  };
  const close = (): void => {
    isClosed = true;
    for (const socket of sockets) socket.destroy();
  };
  const shares = Array.from({ length: Math.min(OPENING_AT_ONCE, plan.count) }, (_, index) =>
    Math.ceil((plan.count - index) / OPENING_AT_ONCE),
  );
  try {
    await Promise.all(shares.map(openInTurn));
  } catch (error) {
    close();
    throw error;
  }
  const count = (): StreamCount => {
    const counted = events;
    events = new Uint32Array(plan.count);
    let sum = 0;
    let least = Number.POSITIVE_INFINITY;
    for (const ofOne of counted) {
      sum += ofOne;
      least = Math.min(least, ofOne);
    }
    return { events: sum, least, lost };
  };
  return { count, close };
};
