/** Digits after the point by ISO 4217 code; the gateway writes this file from its own table. */
export const CURRENCY_DIGITS: ReadonlyMap<string, number>;
