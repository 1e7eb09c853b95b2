import { STOCK_LIMITS } from '@flashreserve/contracts';
import { invariant } from '@flashreserve/ops';
import { tooManyUnits } from './catalog-errors';

/** Units of one product. */
export interface StockLine {
  readonly productId: string;
  readonly quantity: number;
}

/**
 * Adds up lines of the same product and sorts by product, so that equal carts are equal lists and every
 * transaction touches products in the same order.
 *
 * @throws DomainError INVALID_REQUEST when more than 100 units of one product are asked for
 */
export const sumLines = (lines: readonly StockLine[]): readonly StockLine[] => {
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of lines) {
    invariant(Number.isInteger(quantity) && quantity >= 1, 'Quantities are whole and above zero.');
    quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
  }
  for (const [productId, quantity] of quantities) {
    if (quantity > STOCK_LIMITS.quantityMax) throw tooManyUnits(productId, quantity);
  }
  return [...quantities]
    .map(([productId, quantity]) => ({ productId, quantity }))
    .sort((a, b) => (a.productId < b.productId ? -1 : 1));
};

/** Compares two lists that `sumLines` made. */
export const areSameLines = (a: readonly StockLine[], b: readonly StockLine[]): boolean =>
  a.length === b.length &&
  a.every(
    ({ productId, quantity }, index) =>
      b[index]?.productId === productId && b[index].quantity === quantity,
  );
