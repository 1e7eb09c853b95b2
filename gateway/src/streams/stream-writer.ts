import type { ServerResponse } from 'node:http';
import type { StockFrame } from './stock-board';

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
export const STALLED_MS = 30_000;

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
