/**
 * The day on which the table below was published: list one of ISO 4217, current currencies and funds, by its maintenance
 * agency SIX. The list of 2026-09-17 has the same currencies with the same digits. To bring it up to date, compare it with
 * https://www.six-group.com/dam/download/financial-information/data-center/iso-currrency/lists/list-one.xml.
 */
export const CURRENCIES_PUBLISHED = '2026-01-01';

/**
 * Codes by their digits after the point. Codes without minor units (gold, testing, no currency) are left out, because
 * a price in them cannot be kept as a whole number.
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
 * Digits after the point of every current currency: 2 for USD and HUF, 0 for JPY, 3 for IQD. Fixed data, and not
 * the runtime's Intl, because what that knows differs between versions of Node and is made for display: an amount that was
 * stored as whole minor units must mean the same tomorrow.
 */
export const CURRENCY_DIGITS: ReadonlyMap<string, number> = new Map(
  [...CODES_BY_DIGITS].flatMap(([digits, codes]) =>
    codes.split(/\s+/).map((code): [string, number] => [code, digits]),
  ),
);

/** True for the current codes of ISO 4217 that have minor units, in capitals. */
export const isCurrency = (code: string): boolean => CURRENCY_DIGITS.has(code);

/** What most currencies have. */
const DIGITS_USUAL = 2;

/**
 * Digits after the point of a stored price. A code that was withdrawn from ISO 4217 counts as one with two digits, so that
 * what was stored before can still be read.
 */
export const currencyDigits = (code: string): number => CURRENCY_DIGITS.get(code) ?? DIGITS_USUAL;
