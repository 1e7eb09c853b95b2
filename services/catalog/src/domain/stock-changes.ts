import type { Hold } from './hold';
import type { HoldReturn } from './hold-return';
import type { PriceSnapshot, ProductChanges, StockLevels } from './product';
import type { StockAdjustment } from './stock-adjustment';

/** Units to add to (or, if negative, remove from) a product's counters. */
export interface StockMovement extends StockLevels {
  readonly productId: string;
}

export const NO_MOVEMENT: StockLevels = { available: 0, held: 0, sold: 0, writtenOff: 0 };

/** Units of a hold that come back. */
export interface StockReturns {
  readonly reservationId: string;
  /** How many returns the hold had when it was read. */
  readonly before: number;
  /** The new ones. */
  readonly returns: readonly HoldReturn[];
}

/** New values of a product's name, description, price, SKU or metadata. */
export interface ProductDescription {
  readonly productId: string;
  readonly changes: ProductChanges;
  /** The revision that was read, and the one after the changes. */
  readonly revision: { readonly before: number; readonly after: number };
}

/** What a batch writes, atomically. Valid only while the store still matches the snapshot. */
export interface StockChanges {
  /** At most one per product, sorted by product. */
  readonly movements: readonly StockMovement[];
  /** New holds. */
  readonly made: readonly Hold[];
  /** Holds that leave HELD. */
  readonly settled: readonly Hold[];
  /** At most one for each hold. */
  readonly returned: readonly StockReturns[];
  /** New adjustments; their units are included in `movements`. */
  readonly adjusted: readonly StockAdjustment[];
  /** At most one per product, sorted by product. */
  readonly described: readonly ProductDescription[];
  /**
   * What the products of new holds were sold as when they were read, by product. The write succeeds
   * only while they still are, so a hold never has the price of another moment than its own.
   */
  readonly prices: ReadonlyMap<string, PriceSnapshot>;
  /** When the batch was planned. */
  readonly time: Date;
}

const NO_PRICES: ReadonlyMap<string, PriceSnapshot> = new Map();

export const noChanges = (time: Date): StockChanges => ({
  movements: [],
  made: [],
  settled: [],
  returned: [],
  adjusted: [],
  described: [],
  prices: NO_PRICES,
  time,
});

/** Whether there is nothing to write. */
export const isEmpty = (changes: StockChanges): boolean => {
  const { movements, made, settled, returned, adjusted, described } = changes;
  return [movements, made, settled, returned, adjusted, described].every(
    ({ length }) => length === 0,
  );
};

/** Sorts into the order in which every transaction updates products. */
export const sortByProduct = <Item extends { readonly productId: string }>(
  items: Iterable<Item>,
): Item[] => [...items].sort((a, b) => (a.productId < b.productId ? -1 : 1));

/** At most one movement per product again: the sum of those of both. */
export const mergeMovements = (
  some: readonly StockMovement[],
  others: readonly StockMovement[],
): StockMovement[] => {
  const merged = new Map(some.map((movement) => [movement.productId, movement]));
  for (const movement of others) {
    const { productId, available, held, sold, writtenOff } = movement;
    const known = merged.get(productId);
    merged.set(
      productId,
      known === undefined
        ? movement
        : {
            productId,
            available: known.available + available,
            held: known.held + held,
            sold: known.sold + sold,
            writtenOff: known.writtenOff + writtenOff,
          },
    );
  }
  return sortByProduct(merged.values());
};
