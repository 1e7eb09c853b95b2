import type { ServerResponse } from 'node:http';
import type { WatchStockResponse } from '@flashreserve/contracts/catalog';
import { promised } from '../grpc/service-error';

/** The serialized event of a product. */
export interface StockFrame {
  readonly productId: string;
  readonly text: string;
}

/** Serializes the `stock` event of a product, once for all clients. */
export const toStockFrame = (reading: WatchStockResponse, id: string): string => {
  const data = {
    productId: reading.productId,
    stockQuantity: reading.availableUnits,
    heldQuantity: reading.heldUnits,
    soldQuantity: reading.soldUnits,
    time: promised(reading.observeTime, 'observe time').toISOString(),
  };
  return `event: stock\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
};

export const HEARTBEAT_FRAME = ':\n\n';

/** Random reconnection delay of 1 to 3 s, so that clients do not reconnect all at once. */
export const retryFrame = (random: () => number = Math.random): string =>
  `retry: ${1_000 + Math.floor(random() * 2_000)}\n\n`;

/**
 * One client's stream. While the client is behind, only the newest frame of each product is kept.
 */
export interface StreamWriter {
  /**
   * Writes the frames at once; while the client is behind, each replaces an older one of its
   * product.
   */
  readonly offer: (frames: readonly StockFrame[]) => void;
  /** Writes an expendable frame; dropped while the client is behind. */
  readonly offerExtra: (frame: string) => void;
  /** Ends the stream and drops kept frames: the next connection starts with a snapshot. */
  readonly end: () => void;
}

/** A client that reads nothing for this long is disconnected. */
const STALLED_MS = 30_000;

type StreamResponse = Pick<ServerResponse, 'write' | 'end' | 'destroy' | 'on' | 'once'>;

/** Never waits; keeps at most one frame per product, besides the socket's buffer. */
export const createStreamWriter = (
  res: StreamResponse,
  {
    stalledMs = STALLED_MS,
    onFull,
    onStalled,
  }: {
    readonly stalledMs?: number;
    /** Called when the socket's buffer is full. */
    readonly onFull?: () => void;
    readonly onStalled?: () => void;
  } = {},
): StreamWriter => {
  const pending = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;
  let isFull = false;
  let isOver = false;

  const write = (frame: string): void => {
    if (res.write(frame)) return;
    isFull = true;
    onFull?.();
    timer = setTimeout(() => {
      onStalled?.();
      res.destroy();
    }, stalledMs);
    timer.unref();
  };
  res.on('drain', () => {
    clearTimeout(timer);
    isFull = false;
    for (const [productId, frame] of pending) {
      if (isFull || isOver) return;
      pending.delete(productId);
      write(frame);
    }
  });
  res.once('close', () => {
    isOver = true;
    clearTimeout(timer);
    pending.clear();
  });

  return {
    offer: (frames) => {
      if (isOver) return;
      if (isFull) for (const { productId, text } of frames) pending.set(productId, text);
      else write(frames.map(({ text }) => text).join(''));
    },
    offerExtra: (frame) => {
      if (!isOver && !isFull) write(frame);
    },
    end: () => {
      if (isOver) return;
      isOver = true;
      pending.clear();
      // A client that is behind would delay the gateway's stop until the timer fires.
      if (isFull) res.destroy();
      else res.end();
    },
  };
};

/** The frames to send; one entry per client. */
export type Deliveries = readonly {
  readonly writer: StreamWriter;
  readonly frames: readonly StockFrame[];
}[];

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
