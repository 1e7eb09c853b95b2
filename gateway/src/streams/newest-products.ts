import type { Product, WatchStockResponse } from '@flashreserve/contracts/catalog';
import type { StockBoard } from './stock-board';

/** Keeps the newest products of the board in step with catalog's list. */
export interface NewestProducts {
  /** Resolves when the list is not old and the stock of its products is on the board; clients that come together share one answer. Rejects as catalog does. */
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

/** Puts readings that were asked for; what the board has already is newer than an answer that was on its way. */
export const putFirst = (board: StockBoard, readings: readonly WatchStockResponse[]): void => {
  for (const reading of readings) if (!board.has(reading.productId)) board.put(reading);
};

export const createNewestProducts = (deps: {
  readonly board: StockBoard;
  readonly list: () => Promise<readonly Product[]>;
  /** Told when the list may have changed. */
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
      // A little less, so that a timer of the same length does not miss every second turn.
      const isRecent = performance.now() - listedAt < NEWEST_EVERY_MS * 0.9;
      // After the last stream has closed the board forgets the stock, and with it the snapshot of the next stream.
      if (isRecent && listed.every(board.has)) return;
      listing ??= read().finally(() => {
        listing = undefined;
      });
      await listing;
    },
  };
};
