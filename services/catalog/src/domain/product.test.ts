import { isCurrencyCode } from './product';

describe('isCurrencyCode', () => {
  it.each(['USD', 'EUR', 'JPY', 'KWD'])('knows %s', (code) => {
    expect(isCurrencyCode(code)).toBe(true);
  });

  it.each(['', 'usd', 'US', 'USDT', 'ABC', ' USD'])('refuses "%s"', (code) => {
    expect(isCurrencyCode(code)).toBe(false);
  });
});
