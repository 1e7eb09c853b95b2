import type { KeyObject } from 'node:crypto';
import { createTestClock } from '@flashreserve/ops';
import { type Algorithm, sign } from 'jsonwebtoken';
import { makeRsaKeys } from './testing/rsa-keys';
import { TOKEN_PROFILE } from './token-claims';
import { createTokenVerifier, type PublicJwk } from './token-verifier';

const makeKey = (kid: string) => {
  const { privateKey, publicKey } = makeRsaKeys();
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  return { kid, privateKey, publicKey, jwk: { kty: 'RSA', kid, n, e } satisfies PublicJwk };
};
const key = makeKey('k-1');
const foreign = makeKey('k-1');
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const start = new Date('2026-01-01T00:00:00Z');

interface TokenOptions {
  readonly claims?: object;
  readonly header?: object;
  readonly signingKey?: KeyObject | string;
  readonly algorithm?: Algorithm;
}

/** Drops undefined members, which the JWT library refuses to sign. */
const defined = <Value extends object>(value: Value): Value =>
  JSON.parse(JSON.stringify(value)) as Value;

const makeToken = ({
  claims = {},
  header = {},
  signingKey = key.privateKey,
  algorithm = 'RS256',
}: TokenOptions = {}): string => {
  const iat = Math.floor(start.getTime() / 1000);
  const { issuer, audience, type } = TOKEN_PROFILE;
  const payload = {
    sub: 'u-1',
    role: 'CUSTOMER',
    iss: issuer,
    aud: audience,
    iat,
    exp: iat + 900,
    ...claims,
  };
  return sign(defined(payload), signingKey, {
    algorithm,
    header: defined({ alg: algorithm, typ: type, kid: key.kid, ...header }),
  });
};

const createSubject = () => {
  const clock = createTestClock(start);
  let keys: readonly PublicJwk[] = [key.jwk];
  let fetches = 0;
  const verifier = createTokenVerifier({
    clock,
    fetchKeys: async () => {
      fetches += 1;
      return keys;
    },
  });
  return {
    clock,
    verify: (token: string) => verifier.authenticate(`Bearer ${token}`),
    authenticate: verifier.authenticate,
    setKeys: (next: readonly PublicJwk[]) => {
      keys = next;
    },
    fetches: () => fetches,
  };
};

describe('token verifier', () => {
  it('users and services are identified by their claims; without a header the caller is anonymous', async () => {
    const { verify, authenticate } = createSubject();

    expect(await verify(makeToken())).toMatchObject({
      kind: 'user',
      userId: 'u-1',
      role: 'CUSTOMER',
    });
    expect(
      await verify(
        makeToken({ claims: { sub: 'service:orders', role: undefined, client_id: 'orders' } }),
      ),
    ).toMatchObject({ kind: 'service', clientId: 'orders' });
    expect(await authenticate(undefined)).toEqual({ kind: 'anonymous' });
  });

  const pem = key.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const unsigned = `${Buffer.from(JSON.stringify({ alg: 'none', typ: TOKEN_PROFILE.type, kid: 'k-1' })).toString('base64url')}.${makeToken().split('.')[1]}.AA`;
  it.each<[string, string]>([
    ['signed with another key', makeToken({ signingKey: foreign.privateKey })],
    ['with algorithm none', unsigned],
    ['signed HS256 with the public key', makeToken({ signingKey: pem, algorithm: 'HS256' })],
    ['with another type', makeToken({ header: { typ: 'JWT' } })],
    ['with an unknown key id', makeToken({ header: { kid: 'other' } })],
    ['without a key id', makeToken({ header: { kid: undefined } })],
    ['from another issuer', makeToken({ claims: { iss: 'evil' } })],
    ['for another audience', makeToken({ claims: { aud: 'other' } })],
    ['without expiry', makeToken({ claims: { exp: undefined } })],
    ['without subject', makeToken({ claims: { sub: undefined } })],
    ['with an unknown role', makeToken({ claims: { role: 'ROOT' } })],
    ['with the claims of both user and service', makeToken({ claims: { client_id: 'orders' } })],
    ['for a user with the subject of a service', makeToken({ claims: { sub: 'service:orders' } })],
    [
      'for a service with the subject of another',
      makeToken({ claims: { role: undefined, client_id: 'orders', sub: 'service:catalog' } }),
    ],
    ['with a role in a list', makeToken({ claims: { role: ['ADMIN'] } })],
    [
      'with a lifetime above the maximum',
      makeToken({ claims: { exp: Math.floor(start.getTime() / 1000) + 86_401 } }),
    ],
    [
      'issued in the future',
      makeToken({ claims: { iat: Math.floor(start.getTime() / 1000) + 60 } }),
    ],
    ['not valid yet', makeToken({ claims: { nbf: Math.floor(start.getTime() / 1000) + 600 } })],
    ['above the length limit', makeToken({ claims: { padding: 'x'.repeat(5_000) } })],
    ['without content', 'a.b.c'],
  ])('a token %s is rejected', async (_what, token) => {
    await expect(createSubject().verify(token)).rejects.toMatchObject({
      kind: 'unauthenticated',
      reason: 'TOKEN_INVALID',
    });
  });

  it('an expired token is rejected with TOKEN_EXPIRED', async () => {
    const { verify, clock } = createSubject();
    const token = makeToken();
    clock.advanceMs(906_000);

    await expect(verify(token)).rejects.toMatchObject({ reason: 'TOKEN_EXPIRED' });
  });

  it('a published key is accepted at once; unknown key ids cause at most one fetch per cool-down', async () => {
    const { verify, clock, setKeys, fetches } = createSubject();
    const next = makeKey('k-2');
    await verify(makeToken());
    setKeys([next.jwk, key.jwk]);
    clock.advanceMs(6_000);

    expect(
      await verify(makeToken({ header: { kid: 'k-2' }, signingKey: next.privateKey })),
    ).toMatchObject({ userId: 'u-1' });
    const before = fetches();
    for (let attempt = 0; attempt < 50; attempt += 1) {
      await expect(verify(makeToken({ header: { kid: `invented-${attempt}` } }))).rejects.toThrow();
    }
    expect(fetches() - before).toBeLessThanOrEqual(1);
  });

  it('known keys are used while auth is down; without any, verification fails with AUTH_UNAVAILABLE', async () => {
    const clock = createTestClock(start);
    let away = false;
    const verifier = createTokenVerifier({
      clock,
      keysMaxAgeMs: 1_000,
      fetchKeys: async () => {
        if (away) throw new Error('away');
        return [key.jwk];
      },
    });
    await verifier.authenticate(`Bearer ${makeToken()}`);
    away = true;
    clock.advanceMs(60_000);

    expect(await verifier.authenticate(`Bearer ${makeToken()}`)).toMatchObject({ userId: 'u-1' });
    const fresh = createTokenVerifier({
      clock,
      fetchKeys: () => Promise.reject(new Error('away')),
    });
    await expect(fresh.authenticate(`Bearer ${makeToken()}`)).rejects.toMatchObject({
      reason: 'AUTH_UNAVAILABLE',
    });
  });

  it('a verified token is cached until it expires, and no longer', async () => {
    const { clock, verify } = createSubject();
    const token = makeToken();

    await verify(token);
    clock.advanceMs(899_000);
    expect(await verify(token)).toMatchObject({ userId: 'u-1' });
    clock.advanceMs(7_000);

    await expect(verify(token)).rejects.toMatchObject({ reason: 'TOKEN_EXPIRED' });
  });

  it('fetching keys clears the cache, so that a withdrawn key is no longer trusted', async () => {
    const { clock, verify, setKeys } = createSubject();
    const token = makeToken({ claims: { exp: Math.floor(start.getTime() / 1000) + 86_400 } });
    await verify(token);
    setKeys([makeKey('k-2').jwk]);

    clock.advanceMs(599_000);
    expect(await verify(token)).toMatchObject({ userId: 'u-1' });
    clock.advanceMs(2_000);

    await expect(verify(token)).rejects.toMatchObject({ reason: 'TOKEN_INVALID' });
  });

  it('a cached token changed in its last character is rejected', async () => {
    const { verify } = createSubject();
    const token = makeToken();
    await verify(token);
    const last = token.at(-5) === 'A' ? 'B' : 'A';

    for (const character of ALPHABET) {
      if (token.endsWith(character)) continue;
      await expect(verify(`${token.slice(0, -1)}${character}`)).rejects.toMatchObject({
        reason: 'TOKEN_INVALID',
      });
    }
    await expect(verify(`${token.slice(0, -5)}${last}${token.slice(-4)}`)).rejects.toMatchObject({
      reason: 'TOKEN_INVALID',
    });
  });
});
