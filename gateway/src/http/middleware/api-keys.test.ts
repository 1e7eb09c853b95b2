import { formatApiKey, type Principal } from '@flashreserve/identity';
import { loadConfig } from '@flashreserve/ops';
import { DomainError, unauthenticated, unavailable } from '@flashreserve/rpc';
import type { AuthApi } from '../../grpc/auth.client';
import { limitSchema } from '../../limits/config';
import { createLimits } from '../../limits/limits';
import { createKeyExchange } from './api-keys';
import { createAuthorizer } from './authorize';

const START = Date.parse('2026-11-22T12:00:00Z');
const KEY = { clientId: 'webshop', clientSecret: 'a_secret-with_underscores' };
const BEARER = `Bearer ${formatApiKey(KEY)}`;
const wrongCredentials = () =>
  new DomainError({ kind: 'unauthenticated', reason: 'INVALID_CREDENTIALS', message: 'Wrong.' });

const CLIENT: Principal = {
  kind: 'client',
  clientId: KEY.clientId,
  name: 'Web shop',
  scopes: new Set(['reservations:write']),
  token: 'token-2',
  sessionId: 'secret-1',
  expiresAt: new Date(START + 900_000),
};

type Issue = AuthApi['issueClientToken'];

const setUp = (answer: (call: number) => ReturnType<Issue> | Promise<never>) => {
  let now = START;
  const asked: Parameters<Issue>[0][] = [];
  const exchangeFrom = createKeyExchange({
    auth: {
      issueClientToken: (request) => {
        asked.push(request);
        return answer(asked.length);
      },
    },
    limits: createLimits(
      loadConfig(limitSchema, { CLIENT_LOGIN_FAILURES_PER_ADDRESS: '2' }),
      undefined,
    ),
    clock: { now: () => new Date(now) },
  });
  const exchange = (authorization: string | undefined, clientAddress = '203.0.113.1') =>
    exchangeFrom(authorization, { clientAddress });
  const replace = (refused: string | undefined) =>
    exchangeFrom(BEARER, { clientAddress: '203.0.113.1' }, refused);
  const pass = (seconds: number): void => {
    now += seconds * 1_000;
  };
  return { exchange, replace, exchangeFrom, asked, pass };
};

const token = async (call: number): ReturnType<Issue> => ({
  accessToken: `token-${call}`,
  expiresInSeconds: 900,
  scopes: ['reservations:write'],
});

describe('API keys', () => {
  it('any other credential is returned unchanged, without a call', async () => {
    const { exchange, asked } = setUp(token);

    for (const other of [undefined, '', 'Bearer a.b.c', 'Bearer fr_', 'Basic fr_a_b', 'fr_a_b']) {
      expect(await exchange(other)).toBe(other);
    }
    expect(asked).toEqual([]);
  });

  it('a key is exchanged once for all requests until most of the life of its token is over', async () => {
    const { exchange, asked, pass } = setUp(token);

    const atOnce = await Promise.all([exchange(BEARER), exchange(BEARER)]);
    pass(719);
    expect([...atOnce, await exchange(BEARER)]).toEqual(Array(3).fill('Bearer token-1'));
    pass(2);
    expect(await exchange(BEARER)).toBe('Bearer token-2');
    expect(asked).toEqual(Array(2).fill({ ...KEY, scopes: [] }));
  });

  it('a wrong key is API_KEY_INVALID, and is not asked about again for five seconds', async () => {
    const { exchange, asked, pass } = setUp(() => Promise.reject(wrongCredentials()));
    const refused = { kind: 'unauthenticated', reason: 'API_KEY_INVALID' };

    await expect(exchange(BEARER)).rejects.toMatchObject(refused);
    pass(4);
    await expect(exchange(BEARER)).rejects.toMatchObject(refused);
    expect(asked).toHaveLength(1);
    pass(2);
    await expect(exchange(BEARER)).rejects.toMatchObject(refused);
    expect(asked).toHaveLength(2);
  });

  it('a token that verifiers refuse is replaced once for all requests, at most every five seconds', async () => {
    const { exchange, replace, asked, pass } = setUp(token);
    const first = await exchange(BEARER);

    expect(await replace(first)).toBe(first);
    pass(5);
    expect(await Promise.all([replace(first), replace(first)])).toEqual(
      Array(2).fill('Bearer token-2'),
    );
    expect(await replace(first)).toBe('Bearer token-2');
    expect(await replace('Bearer token-2')).toBe('Bearer token-2');
    expect(asked).toHaveLength(2);
  });

  it('a key stays valid when the signing key of its token is withdrawn', async () => {
    const { exchangeFrom, pass } = setUp(token);
    const withdrawn = 'Bearer token-1';
    const verified: unknown[] = [];
    const authorize = createAuthorizer(
      {
        authenticate: async (authorization) => {
          verified.push(authorization);
          if (authorization === withdrawn) throw unauthenticated('TOKEN_INVALID');
          return CLIENT;
        },
        recall: () => undefined,
        confirmSession: async () => undefined,
      },
      exchangeFrom,
    );
    const route = { access: 'customer', scope: 'reservations:write' } as const;
    const sender = { clientAddress: '203.0.113.1' };
    await exchangeFrom(BEARER, sender);
    pass(5);

    expect(await authorize(route, BEARER, sender)).toBe(CLIENT);
    expect(await authorize(route, BEARER, sender)).toBe(CLIENT);
    expect(verified).toEqual([withdrawn, 'Bearer token-2', 'Bearer token-2']);
  });

  it('an outage of auth is not remembered', async () => {
    const { exchange } = setUp((call) =>
      call === 1 ? Promise.reject(unavailable('AUTH_UNAVAILABLE', 'Down.')) : token(call),
    );

    await expect(exchange(BEARER)).rejects.toMatchObject({ reason: 'AUTH_UNAVAILABLE' });
    expect(await exchange(BEARER)).toBe('Bearer token-2');
  });

  it('after too many wrong keys from an address auth is not asked about further ones from there', async () => {
    const { exchange, asked } = setUp((call) =>
      call === 1 ? token(call) : Promise.reject(wrongCredentials()),
    );
    const reasonOf = (authorization: string, address?: string) =>
      exchange(authorization, address).catch((error: DomainError) => error.reason);
    await exchange(BEARER);

    const guesses = ['a', 'b', 'c', 'd'].map((secret) => `Bearer fr_webshop_${secret}`);
    const reasons: unknown[] = [];
    for (const guess of guesses) reasons.push(await reasonOf(guess));

    expect(reasons).toEqual([
      'API_KEY_INVALID',
      'API_KEY_INVALID',
      'LOGIN_LIMITED',
      'LOGIN_LIMITED',
    ]);
    expect(asked).toHaveLength(3);
    expect(await exchange(BEARER)).toBe('Bearer token-1');
    expect(await reasonOf('Bearer fr_webshop_e', '203.0.113.2')).toBe('API_KEY_INVALID');
  });

  it('a flood of different keys has at most 64 exchanges under way', async () => {
    const { exchange, asked } = setUp(() => new Promise<never>(() => undefined));
    const flood = Array.from({ length: 100 }, (_, index) => exchange(`Bearer fr_shop_${index}`));

    const refusals = await Promise.all(
      flood.slice(64).map((one) => one.catch((error: DomainError) => error.reason)),
    );

    expect(asked).toHaveLength(64);
    expect(refusals).toEqual(Array(36).fill('OVERLOADED'));
  });
});
