import type { Line } from '../history/history';

/** Units by product, regardless of the order of the lines. */
export const unitsByProduct = (lines: readonly Line[]): ReadonlyMap<string, number> => {
  const units = new Map<string, number>();
  for (const { productId, quantity } of lines) {
    units.set(productId, (units.get(productId) ?? 0) + quantity);
  }
  return units;
};

/** Equal for equal units. */
export const describeLines = (lines: readonly Line[]): string =>
  [...unitsByProduct(lines)]
    .map(([productId, quantity]) => `${quantity} of ${productId}`)
    .sort()
    .join(' + ');

export const sameUnits = (some: readonly Line[], others: readonly Line[]): boolean =>
  describeLines(some) === describeLines(others);
