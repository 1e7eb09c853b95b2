import { randomBytes } from 'node:crypto';
import type { Product, WatchStockResponse } from '@flashreserve/contracts/catalog';
import { type StockSource, streamsFull } from './catalog-stock';
import { type Deliveries, type StockFrame, type StreamWriter, toStockFrame } from './stock-events';

/** Products that a client follows; undefined means the newest products. */
export type Following = readonly string[] | undefined;

/** The latest known stock of every watched product, and the clients that follow it. */
export interface StockBoard {
  /** Stores the stock of a product. Returns whether it changed. */
  readonly put: (reading: WatchStockResponse) => boolean;
  /** Changes since the last call, only the newest of each product. */
  readonly takeDeliveries: () => Deliveries;
  readonly has: (productId: string) => boolean;
  /** Sends the snapshot, then changes. Returns a function that leaves the board. */
  readonly join: (writer: StreamWriter, following: Following) => () => void;
  /** Replaces the newest products; their followers get the stock of each added one. */
  readonly setNewest: (productIds: readonly string[]) => void;
  /** Products with followers. */
  readonly watched: () => readonly string[];
  /** Drops the stock of all other products: it is no longer watched and would become stale. */
  readonly keepOnly: (productIds: ReadonlySet<string>) => void;
  /** Whether any client follows the newest products. */
  readonly isNewestFollowed: () => boolean;
  /** Calls `tell` once per client. */
  readonly tellAll: (tell: (writer: StreamWriter) => void) => void;
  readonly size: () => number;
}

interface Entry {
  readonly reading: WatchStockResponse;
  readonly frame: StockFrame;
}

const isSame = (a: WatchStockResponse, b: WatchStockResponse): boolean =>
  a.availableUnits === b.availableUnits &&
  a.heldUnits === b.heldUnits &&
  a.soldUnits === b.soldUnits;

export const createStockBoard = (): StockBoard => {
  const entries = new Map<string, Entry>();
  const followers = new Map<string, Set<StreamWriter>>();
  const newestFollowers = new Set<StreamWriter>();
  const writers = new Set<StreamWriter>();
  // Distinguishes the event ids of this process from those of others.
  const epoch = randomBytes(5).toString('hex');
  let changed = new Set<string>();
  let newest: ReadonlySet<string> = new Set();
  let version = 0;

  const framesOf = (productIds: Iterable<string>): readonly StockFrame[] =>
    [...productIds].flatMap((productId) => entries.get(productId)?.frame ?? []);
  const sendFirst = (writer: StreamWriter, productIds: Iterable<string>): void => {
    const frames = framesOf(productIds);
    if (frames.length > 0) writer.offer(frames);
  };
  const follow = (writer: StreamWriter, productId: string): void => {
    const set = followers.get(productId) ?? new Set<StreamWriter>();
    followers.set(productId, set.add(writer));
  };
  const unfollow = (writer: StreamWriter, productId: string): void => {
    const set = followers.get(productId);
    set?.delete(writer);
    if (set?.size === 0) followers.delete(productId);
  };
  return {
    put: (reading) => {
      const { productId } = reading;
      const known = entries.get(productId);
      if (known !== undefined && isSame(known.reading, reading)) return false;
      version += 1;
      const text = toStockFrame(reading, `${epoch}-${version.toString(36)}`);
      entries.set(productId, { reading, frame: { productId, text } });
      changed.add(productId);
      return true;
    },
    takeDeliveries: () => {
      const products = changed;
      changed = new Set();
      const deliveries = new Map<StreamWriter, StockFrame[]>();
      for (const frame of framesOf(products)) {
        for (const writer of followers.get(frame.productId) ?? []) {
          const frames = deliveries.get(writer);
          if (frames === undefined) deliveries.set(writer, [frame]);
          else frames.push(frame);
        }
      }
      // All followers of the newest products share one list.
      const frames = framesOf([...products].filter((productId) => newest.has(productId)));
      return [
        ...[...deliveries].map(([writer, own]) => ({ writer, frames: own })),
        ...(frames.length === 0 ? [] : [...newestFollowers].map((writer) => ({ writer, frames }))),
      ];
    },
    has: (productId) => entries.has(productId),
    join: (writer, following) => {
      writers.add(writer);
      if (following === undefined) newestFollowers.add(writer);
      else for (const productId of following) follow(writer, productId);
      sendFirst(writer, following ?? newest);
      return () => {
        writers.delete(writer);
        newestFollowers.delete(writer);
        for (const productId of following ?? []) unfollow(writer, productId);
      };
    },
    setNewest: (productIds) => {
      const added = productIds.filter((productId) => !newest.has(productId));
      newest = new Set(productIds);
      for (const writer of newestFollowers) sendFirst(writer, added);
    },
    watched: () => [...new Set([...followers.keys(), ...(newestFollowers.size > 0 ? newest : [])])],
    keepOnly: (kept) => {
      for (const productId of entries.keys()) if (!kept.has(productId)) entries.delete(productId);
    },
    isNewestFollowed: () => newestFollowers.size > 0,
    tellAll: (tell) => {
      for (const writer of [...writers]) tell(writer);
    },
    size: () => writers.size,
  };
};

/** Adds the requested stock; an entry that is already on the board is newer and is kept. */
const putFirst = (board: StockBoard, readings: readonly WatchStockResponse[]): void => {
  for (const reading of readings) if (!board.has(reading.productId)) board.put(reading);
};

/**
 * Maximum number of watched products, so that anonymous clients cannot make the gateway watch all.
 */
const WATCHED_MAX = 1_000;

/**
 * Reads products that the board does not have yet. Streams that open together for the same
 * products, as they do after another gateway has stopped, share one request to catalog.
 *
 * @throws DomainError STREAMS_FULL when too many products would be watched; otherwise as `read`
 */
export const createFirstReadings = (deps: {
  readonly board: StockBoard;
  readonly read: StockSource['read'];
}): ((productIds: readonly string[]) => Promise<void>) => {
  const { board, read } = deps;
  const underWay = new Map<string, { readonly size: number; readonly done: Promise<void> }>();

  const begin = async (productIds: readonly string[]): Promise<void> => {
    putFirst(board, await read(productIds));
  };
  return async (productIds) => {
    const unknown = productIds.filter((productId) => !board.has(productId)).toSorted();
    if (unknown.length === 0) return;
    const name = unknown.join();
    let reading = underWay.get(name);
    if (reading === undefined) {
      const awaited = [...underWay.values()].reduce((sum, { size }) => sum + size, 0);
      if (board.watched().length + awaited + unknown.length > WATCHED_MAX) throw streamsFull();
      const done = begin(unknown).finally(() => {
        underWay.delete(name);
      });
      reading = { size: unknown.length, done };
      underWay.set(name, reading);
    }
    await reading.done;
  };
};

/** Keeps the board's newest products in sync with catalog's list. */
interface NewestProducts {
  /**
   * Resolves once the list is recent and the stock of its products is on the board. Concurrent
   * calls share one listing. Rejects as catalog does.
   */
  readonly refresh: () => Promise<void>;
}

export const NEWEST_EVERY_MS = 5_000;

const toReading = (product: Product): WatchStockResponse => ({
  productId: product.productId,
  availableUnits: product.availableUnits,
  heldUnits: product.heldUnits,
  soldUnits: product.soldUnits,
  observeTime: new Date(),
});

export const createNewestProducts = (deps: {
  readonly board: StockBoard;
  readonly list: StockSource['listNewest'];
  /** Called when the list may have changed. */
  readonly onListed: () => void;
}): NewestProducts => {
  const { board, list, onListed } = deps;
  let listing: Promise<void> | undefined;
  let listed: readonly string[] = [];
  let listedAt = -Infinity;

  const read = async (): Promise<void> => {
    const products = await list();
    listedAt = performance.now();
    putFirst(board, products.map(toReading));
    listed = products.map(({ productId }) => productId);
    board.setNewest(listed);
    onListed();
  };
  return {
    refresh: async () => {
      // Slightly less than the interval, so that a timer with this interval never skips a refresh.
      const isRecent = performance.now() - listedAt < NEWEST_EVERY_MS * 0.9;
      // When the last stream closes the board drops the stock, which the next stream's snapshot
      // needs.
      if (isRecent && listed.every(board.has)) return;
      listing ??= read().finally(() => {
        listing = undefined;
      });
      await listing;
    },
  };
};
