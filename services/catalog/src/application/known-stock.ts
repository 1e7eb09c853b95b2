import { LRUCache } from 'lru-cache';
import type { StockRequest, StockSnapshot } from '../domain/stock-batch';

/** Cache of available units by product. Only a guess, because other instances sell too. */
export interface KnownStock {
  /**
   * A guess at the snapshot that the store would return; undefined if a request settles a hold or
   * names a product that is not cached.
   */
  readonly guess: (requests: readonly StockRequest[]) => StockSnapshot | undefined;
  /** Stores the available units after a plan is written. */
  readonly keep: (plan: { readonly available: ReadonlyMap<string, number> }) => void;
  /** Evicts the products of requests whose guess was wrong. */
  readonly forget: (requests: readonly StockRequest[]) => void;
}

const PRODUCTS_MAX = 10_000;

const productIdsOf = (requests: readonly StockRequest[]): string[] =>
  requests.flatMap((request) =>
    request.kind === 'take' ? request.hold.lines.map(({ productId }) => productId) : [],
  );

export const createKnownStock = (): KnownStock => {
  const known = new LRUCache<string, number>({ max: PRODUCTS_MAX });
  return {
    guess: (requests) => {
      const available = new Map<string, number>();
      if (requests.some(({ kind }) => kind !== 'take')) return undefined;
      for (const productId of productIdsOf(requests)) {
        const units = known.get(productId);
        if (units === undefined) return undefined;
        available.set(productId, units);
      }
      return { holds: new Map(), available };
    },
    keep: ({ available }) => {
      for (const [productId, units] of available) known.set(productId, units);
    },
    forget: (requests) => {
      for (const productId of productIdsOf(requests)) known.delete(productId);
    },
  };
};
