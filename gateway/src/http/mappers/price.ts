import { currencyDigits, isCurrency, STOCK_LIMITS } from '@flashreserve/contracts';

/** A price as stored by the services. */
export interface MinorUnits {
  readonly minorUnits: number;
  readonly currencyCode: string;
}

/**
 * Converts a decimal price to minor units; undefined if the currency is not in ISO 4217, or if the
 * price has more digits than the currency or is out of range. Never rounds: the number must be
 * exactly the one nearest to its decimal.
 */
export const toMinorUnits = (price: number, currencyCode: string): MinorUnits | undefined => {
  if (!isCurrency(currencyCode)) return undefined;
  if (!(price >= 0 && price <= STOCK_LIMITS.priceMinorUnitsMax)) return undefined;
  const decimal = price.toFixed(currencyDigits(currencyCode));
  if (Number(decimal) !== price) return undefined;
  const minorUnits = Number(decimal.replace('.', ''));
  return minorUnits <= STOCK_LIMITS.priceMinorUnitsMax ? { minorUnits, currencyCode } : undefined;
};

/** Converts minor units to the number nearest to the decimal price. */
export const toDecimal = ({ minorUnits, currencyCode }: MinorUnits): number =>
  minorUnits / 10 ** currencyDigits(currencyCode);
