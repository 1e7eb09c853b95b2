import { createHash } from 'node:crypto';
import { CURRENCIES_PUBLISHED, CURRENCY_DIGITS, currencyDigits, isCurrency } from './currencies';

/** Every code with its digits, in order, as made from the published list by other means. */
const TABLE_SHA256 = '2c26b430d1c75c6439d00ed8d4b1a4761f27d68b53981ccbe42857bfb34cb096';

describe('the table of currencies', () => {
  it('is list one of ISO 4217, code by code', () => {
    const rows = [...CURRENCY_DIGITS].map(([code, digits]) => `${code} ${digits}\n`);
    const digest = createHash('sha256').update(rows.sort().join('')).digest('hex');
    expect([CURRENCIES_PUBLISHED, rows.length, digest]).toEqual(['2026-01-01', 165, TABLE_SHA256]);
  });

  it('has two digits but for these', () => {
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

  it('has the digits of ISO 4217 where those that Node shows differ', () => {
    for (const code of 'AFN ALL COP HUF IDR IRR KPW LAK LBP MGA MMK PKR RSD SOS SYP YER'.split(
      ' ',
    )) {
      expect([code, currencyDigits(code)]).toEqual([code, 2]);
    }
  });

  it.each(['USD', 'EUR', 'JPY', 'KWD', 'XCG', 'ZWG'])('knows %s', (code) => {
    expect(isCurrency(code)).toBe(true);
  });

  it.each([
    ['written in another way', ['', 'usd', 'US', 'USDT', ' USD', '__proto__', 'constructor']],
    ['withdrawn', ['HRK', 'BGN', 'ANG', 'CUC', 'SLL', 'ZWL', 'DEM']],
    ['without minor units', ['XAU', 'XDR', 'XTS', 'XXX']],
    ['never given', ['ABC', 'ZZZ']],
  ])('knows no code that is %s', (_why, codes) => {
    expect(codes.filter(isCurrency)).toEqual([]);
  });
});
