import { CURRENCY_DIGITS, currencyDigits, STOCK_LIMITS } from '@flashreserve/contracts';
import fc from 'fast-check';
import { toDecimal, toMinorUnits } from './price';

const currencies = fc.constantFrom(...CURRENCY_DIGITS.keys());
const amounts = fc.integer({ min: 0, max: STOCK_LIMITS.priceMinorUnitsMax });

describe('prices', () => {
  it('prices survive a round trip through decimals and JSON unchanged', () => {
    fc.assert(
      fc.property(amounts, currencies, (minorUnits, currencyCode) => {
        const decimal = JSON.parse(JSON.stringify(toDecimal({ minorUnits, currencyCode })));
        expect(toMinorUnits(decimal, currencyCode)).toEqual({ minorUnits, currencyCode });
      }),
      { numRuns: 2_000 },
    );
  });

  it('a price is exactly the decimal that was sent, never a neighbouring one', () => {
    fc.assert(
      fc.property(amounts, currencies, (minorUnits, currencyCode) => {
        const digits = currencyDigits(currencyCode);
        const text = String(minorUnits).padStart(digits + 1, '0');
        const decimal = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
        expect(toMinorUnits(Number(decimal), currencyCode)?.minorUnits).toBe(minorUnits);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    [19.99, 'USD', 1999],
    [0, 'USD', 0],
    [-0, 'USD', 0],
    [0.1, 'USD', 10],
    [1.1, 'USD', 110],
    [1500, 'JPY', 1500],
    [1.234, 'KWD', 1234],
    [1.5, 'HUF', 150],
    [1500, 'HUF', 150_000],
    [1.25, 'IQD', 1250],
    [10_000_000_000, 'USD', 1_000_000_000_000],
  ])('%d %s is stored as %d minor units', (price, currency, minorUnits) => {
    expect(toMinorUnits(price, currency)).toEqual({ minorUnits, currencyCode: currency });
  });

  it.each([
    [19.999, 'USD'],
    [0.001, 'USD'],
    [0.1 + 0.2, 'USD'],
    [1.5, 'JPY'],
    [1.2505, 'IQD'],
    [1, 'HRK'],
    [1, 'XAU'],
    [1, '__proto__'],
    [-1, 'USD'],
    [-0.01, 'USD'],
    [10_000_000_000.01, 'USD'],
    [1e21, 'USD'],
    [1e-7, 'USD'],
    [Number.NaN, 'USD'],
    [Number.POSITIVE_INFINITY, 'USD'],
  ])('%d %s is rejected, not rounded', (price, currency) => {
    expect(toMinorUnits(price, currency)).toBeUndefined();
  });

  it('a price stored in a currency that has since been withdrawn can still be read', () => {
    expect(toDecimal({ minorUnits: 1999, currencyCode: 'HRK' })).toBe(19.99);
  });
});
