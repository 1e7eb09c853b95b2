import { findMisspelt } from './misspelt';

const KNOWN = ['PORT', 'HOST', 'RESERVATION_TTL_SECONDS', 'RESERVATION_CLIENT_SECRET', 'MONGO_URI'];

describe('an unknown variable', () => {
  it.each([
    ['RESERVATION_TTL', 'RESERVATION_TTL_SECONDS'],
    ['RESERVATION_TTL_SECONDS_MAX', 'RESERVATION_TTL_SECONDS'],
    ['RESERVTION_TTL_SECONDS', 'RESERVATION_TTL_SECONDS'],
    ['RESERVATION_TTL_SECNODS', 'RESERVATION_TTL_SECONDS'],
    ['reservation_ttl_seconds', 'RESERVATION_TTL_SECONDS'],
    ['MONGO_URL', 'MONGO_URI'],
    ['PROT', 'PORT'],
  ])('a probable typo is reported with the name it resembles: %s', (name, nearest) => {
    expect(findMisspelt([name], KNOWN)).toEqual([{ name, nearest }]);
  });

  it.each(['HOME', 'PATH', 'HOSTNAME', 'CATALOG_CLIENT_SECRET', 'RESERVATION_ADDRESS', ...KNOWN])(
    'a known or unrelated variable is not reported: %s',
    (name) => {
      expect(findMisspelt([name], KNOWN)).toEqual([]);
    },
  );
});
