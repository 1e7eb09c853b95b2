import type { WatchStockResponse } from '@flashreserve/contracts/catalog';
import { putFirst } from './newest-products';
import type { StockBoard } from './stock-board';
import { streamsFull } from './stream-places';

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
  readonly read: (productIds: readonly string[]) => Promise<readonly WatchStockResponse[]>;
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
