/**
 * Publication date of the table below: ISO 4217 list one, current currencies and funds, from the
 * maintenance agency SIX. The list of 2026-09-17 has the same currencies and digits. To update the
 * table, compare it with
 * https://www.six-group.com/dam/download/financial-information/data-center/iso-currency/lists/list-one.xml.
 */
export const CURRENCIES_PUBLISHED = '2026-01-01';

/**
 * Codes by number of decimal digits. Codes without minor units (gold, testing, no currency) are
 * left out: a price in them cannot be stored as an integer.
 */
const CODES_BY_DIGITS: ReadonlyMap<number, string> = new Map([
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [
    2,
    `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN
     BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD
     FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW
     KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR
     MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG
     SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD
     USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG`,
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
]);

/**
 * Decimal digits of every current currency: 2 for USD and HUF, 0 for JPY, 3 for IQD. A fixed table
 * instead of the runtime's Intl data, which differ between Node versions and serve display: an
 * amount stored in minor units must not change its meaning.
 */
export const CURRENCY_DIGITS: ReadonlyMap<string, number> = new Map(
  [...CODES_BY_DIGITS].flatMap(([digits, codes]) =>
    codes.split(/\s+/).map((code): [string, number] => [code, digits]),
  ),
);

/** Whether the code is a current ISO 4217 code with minor units, in capitals. */
export const isCurrency = (code: string): boolean => CURRENCY_DIGITS.has(code);

/** Default number of decimal digits. */
const DIGITS_USUAL = 2;

/**
 * Decimal digits of a stored price. A code withdrawn from ISO 4217 counts as having two, so that
 * stored prices stay readable.
 */
export const currencyDigits = (code: string): number => CURRENCY_DIGITS.get(code) ?? DIGITS_USUAL;
