import { STOCK_LIMITS } from '@flashreserve/contracts';

/** A price as the services keep it. */
export interface MinorUnits {
  readonly minorUnits: number;
  readonly currencyCode: string;
}

const KNOWN_CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));
const digitsByCurrency = new Map<string, number>();

/** True for the upper-case ISO 4217 codes that the runtime knows. */
export const isCurrency = (code: string): boolean => KNOWN_CURRENCIES.has(code);

/** Digits after the point: 2 for USD, 0 for JPY, 3 for KWD. The code must be well formed. */
export const currencyDigits = (code: string): number => {
  const known = digitsByCurrency.get(code);
  if (known !== undefined) return known;
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency: code,
  }).resolvedOptions();
  digitsByCurrency.set(code, maximumFractionDigits);
  return maximumFractionDigits;
};

/**
 * A decimal price as a whole number of minor units; undefined when it has more digits than the currency or
 * lies outside of what a price can be. Never rounds: the number must be exactly the nearest one to its decimal.
 */
export const toMinorUnits = (price: number, currencyCode: string): MinorUnits | undefined => {
  if (!(price >= 0 && price <= STOCK_LIMITS.priceMinorUnitsMax)) return undefined;
  const decimal = price.toFixed(currencyDigits(currencyCode));
  if (Number(decimal) !== price) return undefined;
  const minorUnits = Number(decimal.replace('.', ''));
  return minorUnits <= STOCK_LIMITS.priceMinorUnitsMax ? { minorUnits, currencyCode } : undefined;
};

/** The decimal price of an amount of minor units, the number nearest to it. */
export const toDecimal = ({ minorUnits, currencyCode }: MinorUnits): number =>
  minorUnits / 10 ** currencyDigits(currencyCode);
