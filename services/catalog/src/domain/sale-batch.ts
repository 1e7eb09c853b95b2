import { type PriceSnapshot, priceSnapshotOf } from './product';
import {
  type ProductOutcome,
  type ProductRequest,
  type ProductSnapshot,
  planProductBatch,
} from './product-batch';
import {
  planStockBatch,
  type StockOutcome,
  type StockRequest,
  type StockSnapshot,
} from './stock-batch';
import { mergeMovements, type StockChanges } from './stock-changes';

/** Takes of buyers and changes of administrators that are written together. */
export interface SaleRequests {
  readonly takes: readonly StockRequest[];
  readonly changes: readonly ProductRequest[];
}

export interface SaleSnapshot {
  /** What the changes refer to. Must not be newer than `stock`. */
  readonly products: ProductSnapshot;
  /** What the takes refer to. */
  readonly stock: StockSnapshot;
}

export interface SalePlan {
  /** One per take, in order. Valid once the changes are written. */
  readonly taken: readonly StockOutcome[];
  /** One per change, in order. Valid once the changes are written. */
  readonly changed: readonly ProductOutcome[];
  readonly changes: StockChanges;
  /** Available units by product id after the changes. */
  readonly available: ReadonlyMap<string, number>;
  /** What each of these products is sold as after the changes. */
  readonly prices: ReadonlyMap<string, PriceSnapshot>;
}

/** Takes get the new price of a batch that also changes it; the store still has the old one. */
const asRead = (
  copied: ReadonlyMap<string, PriceSnapshot>,
  { products }: ProductSnapshot,
): ReadonlyMap<string, PriceSnapshot> =>
  new Map(
    [...copied].map(([productId, snapshot]) => {
      const product = products.get(productId);
      return [productId, product === undefined ? snapshot : priceSnapshotOf(product)];
    }),
  );

/**
 * Plans administrators' changes and then takes, as if executed one by one in that order, so that
 * the takes get units that the same batch adds, at the price that it sets.
 *
 * A product that both refer to is taken as the changes saw it. It was read before the holds, so a
 * hold whose units it excludes is in the snapshot.
 */
export const planSaleBatch = (
  { takes, changes }: SaleRequests,
  { products, stock }: SaleSnapshot,
  now: Date,
): SalePlan => {
  const first = planProductBatch(changes, products, now);
  const available = new Map([...stock.available, ...first.available]);
  const prices = new Map([...stock.prices, ...first.prices]);
  const second = planStockBatch(takes, { holds: stock.holds, available, prices }, now);
  return {
    taken: second.outcomes,
    changed: first.outcomes,
    changes: {
      time: now,
      movements: mergeMovements(first.changes.movements, second.changes.movements),
      made: second.changes.made,
      settled: second.changes.settled,
      returned: second.changes.returned,
      adjusted: first.changes.adjusted,
      described: first.changes.described,
      prices: asRead(second.changes.prices, products),
    },
    available: second.available,
    prices: second.prices,
  };
};
