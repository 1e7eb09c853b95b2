import { createHash } from 'node:crypto';
import { CURRENCIES_PUBLISHED, CURRENCY_DIGITS, currencyDigits, isCurrency } from './currencies';

/**
 * Hash of all codes with their digits, in order, computed independently from the published list.
 */
const TABLE_SHA256 = '2c26b430d1c75c6439d00ed8d4b1a4761f27d68b53981ccbe42857bfb34cb096';

describe('currency table', () => {
  it('the table equals ISO 4217 list one, code by code', () => {
    const rows = [...CURRENCY_DIGITS].map(([code, digits]) => `${code} ${digits}\n`);
    const digest = createHash('sha256').update(rows.sort().join('')).digest('hex');
    expect([CURRENCIES_PUBLISHED, rows.length, digest]).toEqual(['2026-01-01', 165, TABLE_SHA256]);
  });

  it('all currencies but these have two digits', () => {
    const others = [...CURRENCY_DIGITS].filter(([, digits]) => digits !== 2);
    expect(Object.fromEntries(others)).toEqual({
      ...Object.fromEntries(
        'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
          .split(' ')
          .map((code) => [code, 0]),
      ),
      ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3])),
      CLF: 4,
      UYW: 4,
    });
  });

  it("the digits are those of ISO 4217 where Node's Intl data differ", () => {
    for (const code of 'AFN ALL COP HUF IDR IRR KPW LAK LBP MGA MMK PKR RSD SOS SYP YER'.split(
      ' ',
    )) {
      expect([code, currencyDigits(code)]).toEqual([code, 2]);
    }
  });

  it.each(['USD', 'EUR', 'JPY', 'KWD', 'XCG', 'ZWG'])(
    '%s is accepted as a currency code',
    (code) => {
      expect(isCurrency(code)).toBe(true);
    },
  );

  it.each([
    ['not in canonical form', ['', 'usd', 'US', 'USDT', ' USD', '__proto__', 'constructor']],
    ['withdrawn', ['HRK', 'BGN', 'ANG', 'CUC', 'SLL', 'ZWL', 'DEM']],
    ['without minor units', ['XAU', 'XDR', 'XTS', 'XXX']],
    ['never given', ['ABC', 'ZZZ']],
  ])('a code %s is not a currency', (_why, codes) => {
    expect(codes.filter(isCurrency)).toEqual([]);
  });
});
