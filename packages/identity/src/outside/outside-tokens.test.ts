import { createHmac } from 'node:crypto';
import { createTestClock } from '@flashreserve/ops';
import { makeTestKey, makeTestToken } from '../testing';
import { makeIssuer, makeOutsideKey, publish, signOutside } from '../testing/outside-tokens';
import { createTokenVerifier } from '../token-verifier';
import { OUTSIDE_TOKENS } from './trusted-issuer';

// Goal: a token of a trusted issuer is its user's, whatever it is signed with, and no token passes
// for one of another issuer, of ours, or of another key. Method: a verifier that knows three
// issuers with keys of three kinds, and tokens of which one thing is wrong.

const START = new Date('2026-01-01T00:00:00Z');
const LATER = new Date('2027-01-01T00:00:00Z');
const SECONDS = START.getTime() / 1_000;

const rsa = makeOutsideKey('RS256', 'shared-kid');
const ec = makeOutsideKey('ES256', 'shared-kid');
const ed = makeOutsideKey('EdDSA', 'ed-1');
const own = makeTestKey('own');

const one = makeIssuer('one');
const two = makeIssuer('two', {
  algorithms: ['ES256'],
  adminRole: { path: ['realm_access', 'roles'], value: 'shop-admin' },
});
const three = makeIssuer('three', {
  audienceClaim: 'client_id',
  customerClaim: ['https://shop.example/id'],
  requiredClaims: [{ path: ['token_use'], value: 'access' }],
});

const setUp = () => {
  const clock = createTestClock(START);
  const { authenticate, confirmSession } = createTokenVerifier({
    clock,
    fetchKeys: async () => [own.jwk],
    issuers: {
      fetch: async () => ({
        issuers: [
          publish(one, [rsa, ed], LATER),
          publish(two, [ec], LATER),
          publish(three, [ed], LATER),
        ],
        refreshMs: 300_000,
      }),
    },
  });
  return { clock, confirmSession, verify: (token: string) => authenticate(`Bearer ${token}`) };
};
const { verify, confirmSession, clock } = setUp();
const INVALID = { kind: 'unauthenticated', reason: 'TOKEN_INVALID' };
type Change = Omit<Parameters<typeof signOutside>[2], 'issuedAt'>;
const ofOne = (change: Change = {}, key = rsa): string =>
  signOutside(key, one, { issuedAt: START, ...change });
const ofTwo = (change: Change = {}, key = ec): string =>
  signOutside(key, two, { issuedAt: START, ...change });
const ofThree = (claims: object = {}): string =>
  signOutside(ed, three, {
    issuedAt: START,
    claims: {
      aud: undefined,
      client_id: 'https://shop.example/api',
      token_use: 'access',
      'https://shop.example/id': 'c-7',
      ...claims,
    },
  });

describe('tokens of trusted issuers', () => {
  it.each([
    ['RS256', ofOne(), 'one|ada'],
    ['EdDSA', ofOne({}, ed), 'one|ada'],
    ['ES256', ofTwo(), 'two|ada'],
    ['EdDSA, with claims of other names', ofThree(), 'three|c-7'],
  ])('a token signed with %s is a customer of its issuer', async (_alg, token, userId) => {
    await expect(verify(token)).resolves.toMatchObject({
      kind: 'user',
      role: 'CUSTOMER',
      userId,
      token,
      issuer: userId.split('|')[0],
      expiresAt: new Date(START.getTime() + 900_000),
    });
  });

  it.each([
    ['no typ', { typ: undefined }],
    ['typ JWT', { typ: 'JWT' }],
    ['typ application/at+jwt', { typ: 'application/at+jwt' }],
  ])('a token with %s is accepted, as providers differ', async (_what, header) => {
    await expect(verify(ofOne({ header }))).resolves.toMatchObject({ userId: 'one|ada' });
  });

  it('the audience may be one of several', async () => {
    const aud = ['https://other.example', 'https://shop.example/api'];
    await expect(verify(ofOne({ claims: { aud } }))).resolves.toMatchObject({ kind: 'user' });
  });

  it('our own tokens are verified as before', async () => {
    await expect(verify(makeTestToken(own, START))).resolves.toMatchObject({ userId: 'u-1' });
  });

  it('an expired token is refused as expired', async () => {
    const claims = { iat: SECONDS - 900, exp: SECONDS - 6 };
    await expect(verify(ofOne({ claims }))).rejects.toMatchObject({ reason: 'TOKEN_EXPIRED' });
  });

  it('roles, scopes and sessions that a token claims mean nothing', async () => {
    const claims = { role: 'ADMIN', scope: 'products:write', client_id: 'gateway', sid: 's-1' };
    const principal = await verify(ofOne({ claims }));
    expect(principal).toMatchObject({ kind: 'user', role: 'CUSTOMER' });
    expect(principal).not.toHaveProperty('sessionId');
  });
});

describe('administrators of trusted issuers', () => {
  const roles = (list: unknown) => ({ realm_access: { roles: list } });

  it('the configured value of the configured claim makes an administrator', async () => {
    const admin = await verify(ofTwo({ claims: roles(['buyer', 'shop-admin']) }));
    expect(admin).toMatchObject({ userId: 'two|ada', role: 'ADMIN' });
    await expect(confirmSession(admin)).resolves.toBeUndefined();
  });

  it.each([
    ['another role', ofTwo({ claims: roles(['shop-admin-2']) })],
    ['a part of the name', ofTwo({ claims: roles('shop-admin shop') })],
    ['a claim of the joined name', ofTwo({ claims: { 'realm_access.roles': ['shop-admin'] } })],
    ['an issuer without the rule', ofOne({ claims: roles(['shop-admin']) })],
    [
      'a token that lives for more than an hour',
      ofTwo({ claims: { ...roles(['shop-admin']), exp: SECONDS + 3_601 } }),
    ],
  ])('%s makes none', async (_what, token) => {
    await expect(verify(token)).resolves.toMatchObject({ role: 'CUSTOMER' });
  });
});

/** Signed with HMAC, with a public key as the secret. */
const signHmac = (secret: string, header: object, claims: object): string => {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
};
const claimsOfOne = {
  ...{ iss: one.issuer, aud: one.audiences[0], sub: 'ada' },
  ...{ iat: SECONDS, exp: SECONDS + 900 },
};
const withoutSignature = (token: string): string => token.slice(0, token.lastIndexOf('.') + 1);

const REFUSED: Readonly<Record<string, string>> = {
  'an issuer that nobody trusts': ofOne({ claims: { iss: 'https://evil.example/' } }),
  'the issuer without its last slash': ofOne({ claims: { iss: 'https://one.example' } }),
  'the issuer in upper case': ofOne({ claims: { iss: 'https://ONE.example/' } }),
  'an issuer in a list': ofOne({ claims: { iss: [one.issuer] } }),
  'two issuers': ofOne({ claims: { iss: `${one.issuer} ${two.issuer}` } }),
  'our issuer, signed with an outside key': ofOne({
    claims: { iss: 'flashreserve-auth', aud: 'flashreserve', role: 'ADMIN' },
  }),
  'our issuer and our kid, signed with an outside key': ofOne({
    header: { kid: own.kid },
    claims: { iss: 'flashreserve-auth', aud: 'flashreserve', role: 'ADMIN' },
  }),
  'an outside issuer, signed with our key': makeTestToken(own, START, {
    claims: { iss: one.issuer, aud: one.audiences[0] },
  }),
  'an outside issuer and kid, signed with our key': makeTestToken(own, START, {
    header: { kid: rsa.kid },
    claims: { iss: one.issuer, aud: one.audiences[0] },
  }),
  'the second issuer, signed with a key of the first that has the same kid': signOutside(rsa, two, {
    issuedAt: START,
  }),
  'the first issuer, signed with a key of the second that has the same kid': ofOne({}, ec),
  'the third issuer’s key under the second issuer': ofTwo({}, ed),
  'an algorithm that the issuer may not use': ofTwo({ header: { alg: 'RS256' } }, rsa),
  'alg RS256 over an ES256 signature': ofTwo({ header: { alg: 'RS256' } }),
  'alg ES256 over an RS256 signature': ofOne({ header: { alg: 'ES256' } }),
  'alg none': withoutSignature(ofOne({ header: { alg: 'none' } })),
  'alg none with a signature': ofOne({ header: { alg: 'none' } }),
  'alg HS256 with the public key as secret': signHmac(
    JSON.stringify(rsa.jwk),
    { alg: 'HS256', typ: 'JWT', kid: rsa.kid },
    claimsOfOne,
  ),
  'alg HS256 with the modulus as secret': signHmac(
    rsa.jwk['n'] ?? '',
    { alg: 'HS256', typ: 'JWT', kid: rsa.kid },
    claimsOfOne,
  ),
  'no kid': ofOne({ header: { kid: undefined } }),
  'an unknown kid': ofOne({ header: { kid: 'unknown' } }),
  'a kid in a list': ofOne({ header: { kid: [rsa.kid] } }),
  'a key of its own': ofOne({ header: { kid: 'mine', jwk: ed.jwk } }, ed),
  'an address of keys of its own': ofOne({ header: { jku: 'https://evil.example', kid: 'mine' } }),
  'a critical header': ofOne({ header: { crit: ['exp'] } }),
  'typ of a logout token': ofOne({ header: { typ: 'logout+jwt' } }),
  'typ of a DPoP proof': ofOne({ header: { typ: 'dpop+jwt' } }),
  'another audience': ofOne({ claims: { aud: 'https://other.example' } }),
  'no audience': ofOne({ claims: { aud: undefined } }),
  'an audience that only starts like ours': ofOne({ claims: { aud: 'https://shop.example/api2' } }),
  'an audience in the wrong claim': ofOne({
    claims: { aud: undefined, client_id: one.audiences[0] },
  }),
  'no expiry': ofOne({ claims: { exp: undefined } }),
  'no issue time': ofOne({ claims: { iat: undefined } }),
  'an expiry as text': ofOne({ claims: { exp: String(SECONDS + 900) } }),
  'a life of more than a day': ofOne({ claims: { exp: SECONDS + 86_401 } }),
  'an issue time in the future': ofOne({ claims: { iat: SECONDS + 6 } }),
  'a time before which it is not valid': ofOne({ claims: { nbf: SECONDS + 6 } }),
  'no subject': ofOne({ claims: { sub: undefined } }),
  'an empty subject': ofOne({ claims: { sub: '' } }),
  'a subject that is a number': ofOne({ claims: { sub: 7 } }),
  'a subject in a list': ofOne({ claims: { sub: ['ada'] } }),
  'a subject that is too long': ofOne({ claims: { sub: 'a'.repeat(1_025) } }),
  'without a required claim': ofThree({ token_use: undefined }),
  'another value of a required claim': ofThree({ token_use: 'id' }),
  'without the customer claim': ofThree({ 'https://shop.example/id': undefined, sub: 'ada' }),
  'more characters than are read': ofOne({
    claims: { pad: 'p'.repeat(OUTSIDE_TOKENS.lengthMax) },
  }),
};

describe('confused tokens of trusted issuers', () => {
  it.each(Object.entries(REFUSED))('refused: %s', async (_what, token) => {
    await expect(verify(token)).rejects.toMatchObject(INVALID);
  });

  it('a changed signature is refused, in bits that no decoder reads as well', async () => {
    const token = ofTwo();
    const last = token.at(-1) ?? '';
    const others = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];
    for (const other of others.filter((character) => character !== last)) {
      await expect(verify(`${token.slice(0, -1)}${other}`)).rejects.toMatchObject(INVALID);
    }
  });

  it('the claims of one token under the signature of another are refused', async () => {
    const [header, , signature] = ofOne().split('.');
    const [, payload] = ofOne({ claims: { sub: 'bob' } }).split('.');
    await expect(verify(`${header}.${payload}.${signature}`)).rejects.toMatchObject(INVALID);
  });

  it('a token that was accepted is refused once it has expired', async () => {
    const own = setUp();
    const token = ofOne();
    await own.verify(token);
    own.clock.advanceMs(906_000);
    await expect(own.verify(token)).rejects.toMatchObject({ reason: 'TOKEN_EXPIRED' });
    expect(clock.now()).toEqual(START);
  });
});
