import type { Facts } from './facts';
import { adjustedUnits, returnedInHolds, unitsInHolds } from './ledger';
import { type InvariantResult, judgeEach } from './verdict';

/**
 * For every product, available + held + sold + written off equals the stocked units, each counter
 * equals the sum of the holds and their returns, none is negative, and the ledger has every return.
 */
export const checkStockAddsUp = ({ store }: Facts): InvariantResult => {
  const held = unitsInHolds(store, 'HELD');
  const sold = unitsInHolds(store, 'SOLD');
  const returned = returnedInHolds(store);
  const adjusted = adjustedUnits(store);
  const ledgerOf = (productId: string, units: 'returned' | 'writtenOff'): number =>
    store.ledger.reduce((sum, row) => sum + (row.productId === productId ? row[units] : 0), 0);
  return judgeEach('stock adds up', store.products.values(), (product) => {
    const { productId } = product;
    const stocked = product.initialStock + (adjusted.get(productId) ?? 0);
    const total = product.available + product.held + product.sold + product.writtenOff;
    const returnedUnits = returned.all.get(productId) ?? 0;
    const writtenOff = returned.writtenOff.get(productId) ?? 0;
    const problems: string[] = [];
    for (const counter of ['available', 'held', 'sold', 'writtenOff'] as const) {
      const units = product[counter];
      if (!Number.isSafeInteger(units) || units < 0) {
        problems.push(`product ${productId}: ${counter} is ${units}`);
      }
    }
    if (total !== stocked) {
      problems.push(
        `product ${productId}: available + held + sold + writtenOff is ${total}, but ${stocked} were put in`,
      );
    }
    for (const [counter, inHolds] of [
      ['held', held.get(productId) ?? 0],
      ['sold', (sold.get(productId) ?? 0) - returnedUnits],
      ['writtenOff', writtenOff],
    ] as const) {
      if (product[counter] !== inHolds) {
        problems.push(
          `product ${productId}: ${counter} is ${product[counter]}, but the holds say ${inHolds}`,
        );
      }
    }
    for (const [what, inHolds] of [
      ['returned', returnedUnits],
      ['writtenOff', writtenOff],
    ] as const) {
      const inLedger = ledgerOf(productId, what);
      if (inLedger !== inHolds) {
        problems.push(
          `product ${productId}: the ledger has ${inLedger} ${what} units, the holds ${inHolds}`,
        );
      }
    }
    return problems;
  });
};
