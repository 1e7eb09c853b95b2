import { LRUCache } from 'lru-cache';
import type { StockRequest, StockSnapshot } from '../domain/stock-batch';

/** What this instance last knew of products' available units. Other instances sell too, so it is only a guess. */
export interface KnownStock {
  /**
   * A guess at what a reading would say; undefined when there is none, because somebody settles a hold, or wants a
   * product that is not known.
   */
  readonly guess: (requests: readonly StockRequest[]) => StockSnapshot | undefined;
  /** Keeps what is left once a plan is written. */
  readonly keep: (plan: { readonly available: ReadonlyMap<string, number> }) => void;
  /** Forgets the products of requests for which a guess was wrong. */
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
