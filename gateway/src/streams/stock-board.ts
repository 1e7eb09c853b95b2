import { randomBytes } from 'node:crypto';
import type { WatchStockResponse } from '@flashreserve/contracts/catalog';
import { toStockFrame } from './stock-frame';
import type { StreamWriter } from './stream-writer';

/** Products that a client follows; undefined means the newest products. */
export type Following = readonly string[] | undefined;

/** The serialized event of a product. */
export interface StockFrame {
  readonly productId: string;
  readonly text: string;
}

/** The frames to send; one entry per client. */
export type Deliveries = readonly {
  readonly writer: StreamWriter;
  readonly frames: readonly StockFrame[];
}[];

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
