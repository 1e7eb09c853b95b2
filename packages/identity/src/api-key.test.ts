import { formatApiKey, parseApiKey } from './api-key';

describe('an API key', () => {
  it.each(['secret', '_', '_a__b_', '-'.repeat(43)])(
    'the parts of a key with the secret "%s" are read as they were written',
    (clientSecret) => {
      const key = { clientId: 'k3v7', clientSecret };

      expect(formatApiKey(key)).toBe(`fr_k3v7_${clientSecret}`);
      expect(parseApiKey(formatApiKey(key))).toEqual(key);
    },
  );

  it.each([
    '',
    'fr',
    'fr_',
    'fr_k3v7',
    'fr_k3v7_',
    'fr__secret',
    'FR_k3v7_secret',
    'fr_K3V7_secret',
    'fr-k3v7-secret',
    'fr_k3v7_se cret',
    'fr_k3v7_secret\n',
    ' fr_k3v7_secret',
    'xfr_k3v7_secret',
    `fr_${'k'.repeat(65)}_secret`,
    `fr_k3v7_${'s'.repeat(1_025)}`,
    'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIwMTk4YTFiMiJ9.c2lnbmF0dXJl',
  ])('any other text is no key (%#)', (text) => {
    expect(parseApiKey(text)).toBeUndefined();
  });
});
