import type { ServerResponse } from 'node:http';
import { addressKey, type Logger, reportUnread } from '@flashreserve/ops';
import { limited } from '@flashreserve/rpc';
import { notReady } from '../http/gateway-errors';
import type { StreamMetrics } from '../metrics/stream-metrics';
import { createStockUpstream, type StockSource, streamsFull } from './catalog-stock';
import {
  createFirstReadings,
  createNewestProducts,
  createStockBoard,
  type Following,
  NEWEST_EVERY_MS,
} from './stock-board';
import {
  createStockPacer,
  createStreamWriter,
  HEARTBEAT_FRAME,
  retryFrame,
  type StreamWriter,
} from './stock-events';

/** All open stock streams of a gateway. */
export interface StockStreams {
  /**
   * Prepares a stream: takes a slot and reads its products. The returned function writes the stream
   * to a response whose headers have been sent, until either side ends it.
   *
   * @throws DomainError STREAMS_FULL, STREAMS_LIMITED, NOT_READY, PRODUCT_NOT_FOUND,
   *   STORE_UNAVAILABLE or CATALOG_UNAVAILABLE
   */
  readonly open: (request: {
    readonly following: Following;
    readonly address: string;
    /** Aborted when the client disconnects. */
    readonly signal: AbortSignal;
    /** Whether the stream also carries the gateway's pulse. */
    readonly withPulse: boolean;
  }) => Promise<(res: ServerResponse) => void>;
  /** Ends all streams at once, so that clients reconnect to another gateway; rejects new ones. */
  readonly stop: () => void;
}

/** Writes the gateway's pulse as frames, until the returned function is called. */
export interface PulseSource {
  readonly listen: (write: (frame: string) => void) => () => void;
}

/** Slots for open streams, in total and per client address. */
export interface StreamPlaces {
  /**
   * Takes a slot. The first call of the returned function releases it.
   *
   * @throws DomainError STREAMS_FULL or STREAMS_LIMITED
   */
  readonly take: (address: string) => () => void;
}

export const createStreamPlaces = (limits: {
  readonly max: number;
  /** 0 means no limit. */
  readonly perAddress: number;
}): StreamPlaces => {
  const byAddress = new Map<string, number>();
  let total = 0;
  return {
    take: (address) => {
      const key = addressKey(address);
      const ofAddress = byAddress.get(key) ?? 0;
      if (total >= limits.max) throw streamsFull();
      if (limits.perAddress > 0 && ofAddress >= limits.perAddress) {
        throw limited({
          reason: 'STREAMS_LIMITED',
          message: 'This client address has too many open streams.',
          limit: limits.perAddress,
          retryAfterSeconds: 5,
        });
      }
      total += 1;
      byAddress.set(key, ofAddress + 1);
      let isTaken = true;
      return () => {
        if (!isTaken) return;
        isTaken = false;
        total -= 1;
        const left = (byAddress.get(key) ?? 1) - 1;
        if (left === 0) byAddress.delete(key);
        else byAddress.set(key, left);
      };
    },
  };
};

interface Stream {
  readonly following: Following;
  readonly withPulse: boolean;
  readonly giveBack: () => void;
}

const HEARTBEAT_MS = 15_000;
/** Clients that connect or disconnect within this time share one update of the watch. */
const COVER_AFTER_MS = 100;

const createWriter = (res: ServerResponse, { onStalled }: StreamMetrics): StreamWriter =>
  createStreamWriter(res, { onStalled, onFull: () => reportUnread(res) });

export const createStockStreams = (deps: {
  readonly source: StockSource;
  readonly limits: { readonly max: number; readonly perAddress: number };
  readonly pulse: PulseSource;
  readonly measure: StreamMetrics;
  readonly log: Logger;
}): StockStreams => {
  const { source, pulse, measure, log } = deps;
  const places = createStreamPlaces(deps.limits);
  const board = createStockBoard();
  const pacer = createStockPacer(board.takeDeliveries);
  const upstream = createStockUpstream({
    watch: source.watch,
    onReading: (reading) => {
      if (board.put(reading)) pacer.wake();
    },
    log,
  });
  const timers: NodeJS.Timeout[] = [];
  let coverTimer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const coverSoon = (): void => {
    if (isStopped) return;
    coverTimer ??= setTimeout(() => {
      coverTimer = undefined;
      board.keepOnly(upstream.cover(board.watched()));
    }, COVER_AFTER_MS).unref();
  };
  const newest = createNewestProducts({ board, list: source.listNewest, onListed: coverSoon });
  const readFirst = createFirstReadings({ board, read: source.read });
  const prepare = async (following: Following): Promise<void> => {
    if (following === undefined) return newest.refresh();
    return readFirst(following);
  };
  const start = (): void => {
    if (timers.length > 0) return;
    const beat = setInterval(() => {
      board.tellAll((writer) => writer.offerExtra(HEARTBEAT_FRAME));
    }, HEARTBEAT_MS);
    const look = setInterval(() => {
      if (!board.isNewestFollowed()) return;
      newest.refresh().catch((error: unknown) => {
        log.debug({ err: error }, 'Could not read the newest products.');
      });
    }, NEWEST_EVERY_MS);
    timers.push(beat.unref(), look.unref());
  };

  const attach = (res: ServerResponse, stream: Stream): void => {
    const { following, giveBack, withPulse } = stream;
    if (isStopped || res.destroyed || res.writableEnded) {
      giveBack();
      coverSoon();
      res.end();
      return;
    }
    start();
    measure.onOpened();
    const writer = createWriter(res, measure);
    writer.offerExtra(retryFrame());
    const leave = board.join(writer, following);
    const stopPulse = withPulse ? pulse.listen(writer.offerExtra) : undefined;
    res.once('close', () => {
      leave();
      stopPulse?.();
      measure.onClosed();
      giveBack();
      coverSoon();
    });
    coverSoon();
  };

  return {
    open: async ({ following, address, signal, withPulse }) => {
      if (isStopped) throw notReady({ streams: 'stopping' });
      const giveBack = places.take(address);
      // A client that disconnects before its stream starts must not keep its slot.
      signal.addEventListener('abort', giveBack, { once: true });
      if (signal.aborted) giveBack();
      try {
        await prepare(following);
      } catch (error) {
        giveBack();
        throw error;
      }
      return (res) => {
        attach(res, { following, giveBack, withPulse });
      };
    },
    stop: () => {
      isStopped = true;
      clearTimeout(coverTimer);
      for (const timer of timers) clearInterval(timer);
      pacer.stop();
      board.tellAll((writer) => writer.end());
      upstream.close();
    },
  };
};
