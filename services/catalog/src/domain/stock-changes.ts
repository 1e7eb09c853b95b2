import type { Hold } from './hold';
import type { ProductChanges, StockLevels } from './product';
import type { StockAdjustment } from './stock-adjustment';

/** Units to add to (or, if negative, remove from) a product's counters. */
export interface StockMovement extends StockLevels {
  readonly productId: string;
}

/** New values of a product's name, description or price. */
export interface ProductDescription {
  readonly productId: string;
  readonly changes: ProductChanges;
}

/** What a batch writes, atomically. Valid only while the store still matches the snapshot. */
export interface StockChanges {
  /** At most one per product, sorted by product. */
  readonly movements: readonly StockMovement[];
  /** New holds. */
  readonly made: readonly Hold[];
  /** Holds that leave HELD. */
  readonly settled: readonly Hold[];
  /** New adjustments; their units are included in `movements`. */
  readonly adjusted: readonly StockAdjustment[];
  /** At most one per product, sorted by product. */
  readonly described: readonly ProductDescription[];
  /** When the batch was planned. */
  readonly time: Date;
}

export const noChanges = (time: Date): StockChanges => ({
  movements: [],
  made: [],
  settled: [],
  adjusted: [],
  described: [],
  time,
});

/** Whether there is nothing to write. */
export const isEmpty = ({ movements, made, settled, adjusted, described }: StockChanges): boolean =>
  [movements, made, settled, adjusted, described].every(({ length }) => length === 0);

/** Sorts into the order in which every transaction updates products. */
export const sortByProduct = <Item extends { readonly productId: string }>(
  items: Iterable<Item>,
): Item[] => [...items].sort((a, b) => (a.productId < b.productId ? -1 : 1));
