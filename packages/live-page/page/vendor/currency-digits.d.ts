/**
 * Digits after the point by ISO 4217 code; `src/page-files.ts` generates the file from the table of
 * the services.
 */
export const CURRENCY_DIGITS: ReadonlyMap<string, number>;
