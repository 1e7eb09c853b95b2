import { LRUCache } from 'lru-cache';
import type { PriceSnapshot } from '../domain/product';
import type { StockRequest, StockSnapshot } from '../domain/stock-batch';

/**
 * Cache of available units and prices by product. Only a guess, because other instances sell and
 * change prices too.
 */
export interface KnownStock {
  /**
   * A guess at the snapshot that the store would return; undefined if a request settles a hold or
   * names a product that is not cached.
   */
  readonly guess: (requests: readonly StockRequest[]) => StockSnapshot | undefined;
  /** Stores the available units and prices after a plan is written. */
  readonly keep: (plan: Omit<StockSnapshot, 'holds'>) => void;
  /** Evicts the products of requests whose guess was wrong. */
  readonly forget: (requests: readonly StockRequest[]) => void;
}

const PRODUCTS_MAX = 10_000;

const productIdsOf = (requests: readonly StockRequest[]): string[] =>
  requests.flatMap((request) =>
    request.kind === 'take' ? request.hold.lines.map(({ productId }) => productId) : [],
  );

interface Known {
  readonly units: number;
  readonly snapshot: PriceSnapshot | undefined;
}

export const createKnownStock = (): KnownStock => {
  const known = new LRUCache<string, Known>({ max: PRODUCTS_MAX });
  return {
    guess: (requests) => {
      const available = new Map<string, number>();
      const prices = new Map<string, PriceSnapshot>();
      if (requests.some(({ kind }) => kind !== 'take')) return undefined;
      for (const productId of productIdsOf(requests)) {
        const product = known.get(productId);
        if (product === undefined) return undefined;
        available.set(productId, product.units);
        if (product.snapshot !== undefined) prices.set(productId, product.snapshot);
      }
      return { holds: new Map(), available, prices };
    },
    keep: ({ available, prices }) => {
      for (const [productId, units] of available) {
        known.set(productId, { units, snapshot: prices.get(productId) });
      }
    },
    forget: (requests) => {
      for (const productId of productIdsOf(requests)) known.delete(productId);
    },
  };
};
