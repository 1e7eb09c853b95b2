import type { Facts } from './facts';
import { adjustedUnits, unitsInHolds } from './ledger';
import { type InvariantResult, judgeEach } from './verdict';

/**
 * For every product, available + held + sold equals the stocked units, each counter equals the sum
 * of the holds, and none is negative.
 */
export const checkStockAddsUp = ({ store }: Facts): InvariantResult => {
  const held = unitsInHolds(store, 'HELD');
  const sold = unitsInHolds(store, 'SOLD');
  const adjusted = adjustedUnits(store);
  return judgeEach('stock adds up', store.products.values(), (product) => {
    const { productId } = product;
    const stocked = product.initialStock + (adjusted.get(productId) ?? 0);
    const total = product.available + product.held + product.sold;
    const problems: string[] = [];
    for (const counter of ['available', 'held', 'sold'] as const) {
      const units = product[counter];
      if (!Number.isSafeInteger(units) || units < 0) {
        problems.push(`product ${productId}: ${counter} is ${units}`);
      }
    }
    if (total !== stocked) {
      problems.push(
        `product ${productId}: available + held + sold is ${total}, but ${stocked} were put in`,
      );
    }
    for (const [counter, inHolds] of [
      ['held', held.get(productId) ?? 0],
      ['sold', sold.get(productId) ?? 0],
    ] as const) {
      if (product[counter] !== inHolds) {
        problems.push(
          `product ${productId}: ${counter} is ${product[counter]}, but the holds say ${inHolds}`,
        );
      }
    }
    return problems;
  });
};
