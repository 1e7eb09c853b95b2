import type { Product, WatchStockResponse } from '@flashreserve/contracts/catalog';
import type { StockBoard } from './stock-board';

/** Keeps the board's newest products in sync with catalog's list. */
export interface NewestProducts {
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

/** Adds the requested stock; an entry that is already on the board is newer and is kept. */
export const putFirst = (board: StockBoard, readings: readonly WatchStockResponse[]): void => {
  for (const reading of readings) if (!board.has(reading.productId)) board.put(reading);
};

export const createNewestProducts = (deps: {
  readonly board: StockBoard;
  readonly list: () => Promise<readonly Product[]>;
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
