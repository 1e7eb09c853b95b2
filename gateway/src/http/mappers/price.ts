import { currencyDigits, isCurrency, STOCK_LIMITS } from '@flashreserve/contracts';

/** A price as the services keep it. */
export interface MinorUnits {
  readonly minorUnits: number;
  readonly currencyCode: string;
}

/**
 * A decimal price as a whole number of minor units; undefined when the currency is none of ISO 4217, and when the price has
 * more digits than the currency or lies outside of what a price can be. Never rounds: the number must be exactly the nearest one to its decimal.
 */
export const toMinorUnits = (price: number, currencyCode: string): MinorUnits | undefined => {
  if (!isCurrency(currencyCode)) return undefined;
  if (!(price >= 0 && price <= STOCK_LIMITS.priceMinorUnitsMax)) return undefined;
  const decimal = price.toFixed(currencyDigits(currencyCode));
  if (Number(decimal) !== price) return undefined;
  const minorUnits = Number(decimal.replace('.', ''));
  return minorUnits <= STOCK_LIMITS.priceMinorUnitsMax ? { minorUnits, currencyCode } : undefined;
};

/** The decimal price of an amount of minor units, the number nearest to it. */
export const toDecimal = ({ minorUnits, currencyCode }: MinorUnits): number =>
  minorUnits / 10 ** currencyDigits(currencyCode);
