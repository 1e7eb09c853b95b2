import type { Deliveries } from './stock-board';

/** Decides when changes are sent to the streams. */
export interface StockPacer {
  /** Signals a change: sends it now, or after the current interval. */
  readonly wake: () => void;
  readonly stop: () => void;
}

/** Minimum interval between two events of a stream. */
const INTERVAL_MIN_MS = 100;
/**
 * Addition to the interval per stream. A write takes about ten microseconds of the event loop, so
 * streams use about a twentieth of it however many there are: with 5,000 streams each gets one
 * event a second.
 */
export const INTERVAL_PER_STREAM_MS = 0.2;
/** Streams written to before the event loop handles requests again. */
const SLICE = 100;

/** Changes during a delivery wait for the next one; only the newest of each product is kept. */
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
