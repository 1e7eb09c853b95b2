import type { Facts } from './facts';
import { adjustedUnits, unitsInHolds } from './ledger';
import { type InvariantResult, judgeEach } from './verdict';

/**
 * The units of a released hold came back exactly once. The stores keep no log of returns, so this follows from the
 * books: what is available must be what was put in less what is held or sold by the holds alone. A second return
 * shows as units too many, a missing one as units too few. Two mistakes that cancel each other out would pass.
 */
export const checkOneReturn = ({ store }: Facts): InvariantResult => {
  const held = unitsInHolds(store, 'HELD');
  const sold = unitsInHolds(store, 'SOLD');
  const released = unitsInHolds(store, 'RELEASED');
  const adjusted = adjustedUnits(store);
  const result = judgeEach('one return', store.products.values(), (product) => {
    const { productId, initialStock, available } = product;
    const gone = (held.get(productId) ?? 0) + (sold.get(productId) ?? 0);
    const expected = initialStock + (adjusted.get(productId) ?? 0) - gone;
    if (available === expected) return [];
    const difference = Math.abs(available - expected);
    const what = available > expected ? 'too many' : 'too few';
    return [
      `product ${productId}: ${difference} units ${what} came back (${released.get(productId) ?? 0} were released)`,
    ];
  });
  let releasedHolds = 0;
  for (const { state } of store.holds.values()) if (state === 'RELEASED') releasedHolds += 1;
  return { ...result, checked: releasedHolds };
};
