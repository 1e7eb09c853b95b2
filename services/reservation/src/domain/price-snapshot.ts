/** An amount in the currency's ISO 4217 minor unit. */
export interface Money {
  readonly minorUnits: number;
  readonly currencyCode: string;
}

/** What a product was sold as, as catalog copied it when the units were taken. Never changes. */
export interface PriceSnapshot {
  readonly unitPrice: Money;
  readonly name: string;
  readonly sku?: string;
}

/**
 * The sum of all lines; undefined if they have different currencies or one has no snapshot. Exact:
 * 20 lines of 100 units at the highest price are 2e15 minor units, which a number holds.
 */
export const totalOf = (
  lines: readonly { readonly quantity: number; readonly snapshot?: PriceSnapshot }[],
): Money | undefined => {
  const currencyCode = lines[0]?.snapshot?.unitPrice.currencyCode;
  if (currencyCode === undefined) return undefined;
  let minorUnits = 0;
  for (const { quantity, snapshot } of lines) {
    if (snapshot?.unitPrice.currencyCode !== currencyCode) return undefined;
    minorUnits += quantity * snapshot.unitPrice.minorUnits;
  }
  return { minorUnits, currencyCode };
};
