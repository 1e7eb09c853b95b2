import { STOCK_LIMITS } from '@flashreserve/contracts';
import { invariant } from '@flashreserve/ops';
import { tooManyUnits } from './catalog-errors';
import type { PriceSnapshot } from './product';

/** Units of one product. */
export interface StockLine {
  readonly productId: string;
  readonly quantity: number;
}

/** Units of one product in a hold. */
export interface HeldLine extends StockLine {
  /** What the product was sold as; absent in holds of versions that had no snapshots. */
  readonly snapshot?: PriceSnapshot;
}

/**
 * Merges lines of the same product and sorts them by product, so that equal carts become equal
 * lists and every transaction updates products in the same order.
 *
 * @throws DomainError INVALID_REQUEST for more than 100 units of one product
 */
export const sumLines = (lines: readonly StockLine[]): readonly StockLine[] => {
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of lines) {
    invariant(Number.isInteger(quantity) && quantity >= 1, 'Quantities are positive integers.');
    quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
  }
  for (const [productId, quantity] of quantities) {
    if (quantity > STOCK_LIMITS.quantityMax) throw tooManyUnits(productId, quantity);
  }
  return [...quantities]
    .map(([productId, quantity]) => ({ productId, quantity }))
    .sort((a, b) => (a.productId < b.productId ? -1 : 1));
};

/** Compares two lists normalized by `sumLines`. */
export const areSameLines = (a: readonly StockLine[], b: readonly StockLine[]): boolean =>
  a.length === b.length &&
  a.every(
    ({ productId, quantity }, index) =>
      b[index]?.productId === productId && b[index].quantity === quantity,
  );
