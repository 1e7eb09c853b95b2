import type { Facts } from './facts';
import { adjustedUnits, returnedInHolds, unitsInHolds } from './ledger';
import { type InvariantResult, judgeEach } from './verdict';

/**
 * The units of a released hold are returned exactly once. The stores keep no log of returns, so
 * this is derived from the totals: the available units must equal the stocked ones minus those held
 * or sold by holds, without those that were returned and not written off. A second return shows as
 * too many units, a missing one as too few. Two errors that cancel each other out go undetected.
 */
export const checkOneReturn = ({ store }: Facts): InvariantResult => {
  const held = unitsInHolds(store, 'HELD');
  const sold = unitsInHolds(store, 'SOLD');
  const released = unitsInHolds(store, 'RELEASED');
  const returned = returnedInHolds(store);
  const adjusted = adjustedUnits(store);
  const result = judgeEach('one return', store.products.values(), (product) => {
    const { productId, initialStock, available } = product;
    const back = (returned.all.get(productId) ?? 0) - (returned.writtenOff.get(productId) ?? 0);
    const gone = (held.get(productId) ?? 0) + (sold.get(productId) ?? 0) - back;
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
