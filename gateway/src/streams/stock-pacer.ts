import type { Deliveries } from './stock-board';

/** Decides when streams are told of changes. */
export interface StockPacer {
  /** Something has changed: tells the streams now, or as soon as their turn comes. */
  readonly wake: () => void;
  readonly stop: () => void;
}

/** No stream is told more often. */
const INTERVAL_MIN_MS = 100;
/**
 * What each stream adds to the interval. A write costs some ten microseconds of the one thread that reserves, so this keeps
 * streams to about a twentieth of it however many they are: 5,000 of them are told once a second.
 */
export const INTERVAL_PER_STREAM_MS = 0.2;
/** Streams that are written to before requests have their turn. */
const SLICE = 100;

/** Changes that come while streams are told wait for the next turn, and only the newest of each product is kept. */
export const createStockPacer = (
  takeDeliveries: () => Deliveries,
  now: () => number = () => performance.now(),
): StockPacer => {
  let timer: NodeJS.Timeout | undefined;
  let isTelling = false;
  let isChanged = false;
  let isStopped = false;
  let nextAt = 0;

  const tell = (): void => {
    timer = undefined;
    isTelling = true;
    isChanged = false;
    const deliveries = takeDeliveries();
    nextAt = now() + Math.max(INTERVAL_MIN_MS, deliveries.length * INTERVAL_PER_STREAM_MS);
    const tellFrom = (first: number): void => {
      if (isStopped) return;
      for (const { writer, frames } of deliveries.slice(first, first + SLICE)) writer.offer(frames);
      if (first + SLICE < deliveries.length) {
        setImmediate(tellFrom, first + SLICE);
        return;
      }
      isTelling = false;
      if (isChanged) schedule();
    };
    tellFrom(0);
  };
  const schedule = (): void => {
    timer ??= setTimeout(tell, Math.max(0, nextAt - now())).unref();
  };
  return {
    wake: () => {
      if (isStopped) return;
      isChanged = true;
      if (!isTelling) schedule();
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
};
