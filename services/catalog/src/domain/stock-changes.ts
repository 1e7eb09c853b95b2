import type { Hold } from './hold';
import type { ProductChanges, StockLevels } from './product';
import type { StockAdjustment } from './stock-adjustment';

/** Units to add to (or, below zero, take from) a product's counters. */
export interface StockMovement extends StockLevels {
  readonly productId: string;
}

/** New values of a product's describing fields. */
export interface ProductDescription {
  readonly productId: string;
  readonly changes: ProductChanges;
}

/** What a batch writes, all of it or nothing. Holds only if the store still is as the snapshot said. */
export interface StockChanges {
  /** At most one for each product, sorted by product. */
  readonly movements: readonly StockMovement[];
  /** Holds that did not exist. */
  readonly made: readonly Hold[];
  /** Holds that were HELD and no longer are. */
  readonly settled: readonly Hold[];
  /** Adjustments that did not exist; the movements contain their units. */
  readonly adjusted: readonly StockAdjustment[];
  /** At most one for each product, sorted by product. */
  readonly described: readonly ProductDescription[];
  /** When it was decided. */
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

/** True when there is nothing to write. */
export const isEmpty = ({ movements, made, settled, adjusted, described }: StockChanges): boolean =>
  [movements, made, settled, adjusted, described].every(({ length }) => length === 0);

/** In the order in which every transaction touches products. */
export const sortByProduct = <Item extends { readonly productId: string }>(
  items: Iterable<Item>,
): Item[] => [...items].sort((a, b) => (a.productId < b.productId ? -1 : 1));
