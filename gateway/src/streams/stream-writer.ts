import type { ServerResponse } from 'node:http';
import type { StockFrame } from './stock-board';

/** One client's stream. What it cannot take yet is kept only as the newest frame of each product. */
export interface StreamWriter {
  /** Writes the frames at once, or keeps each in place of an older one of its product until the client reads on. */
  readonly offer: (frames: readonly StockFrame[]) => void;
  /** Writes a frame that may get lost, unless the client is behind. */
  readonly offerExtra: (frame: string) => void;
  /** Ends the stream; what is still kept is dropped, because the next connection begins with a snapshot. */
  readonly end: () => void;
}

/** A client that takes nothing for this long is cut off. */
export const STALLED_MS = 30_000;

type StreamResponse = Pick<ServerResponse, 'write' | 'end' | 'destroy' | 'on' | 'once'>;

/** Never waits and never keeps more than one frame for each product, besides what the socket has buffered already. */
export const createStreamWriter = (
  res: StreamResponse,
  {
    stalledMs = STALLED_MS,
    onFull,
    onStalled,
  }: {
    readonly stalledMs?: number;
    /** The client takes nothing more for now. */
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
      // Whoever is behind would keep the gateway from stopping until the timer runs out.
      if (isFull) res.destroy();
      else res.end();
    },
  };
};
