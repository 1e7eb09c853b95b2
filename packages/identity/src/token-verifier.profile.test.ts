import { createTestClock } from '@flashreserve/ops';
import { makeTestKey, makeTestToken } from './testing/tokens';
import { TOKEN_PROFILE } from './token-claims';
import { createTokenVerifier } from './token-verifier';

const START = new Date('2026-01-01T00:00:00Z');
const key = makeTestKey('k-1');
const token = makeTestToken(key, START);
const INVALID = { kind: 'unauthenticated', reason: 'TOKEN_INVALID' };

const setUp = () => {
  const clock = createTestClock(START);
  return { clock, ...createTokenVerifier({ clock, fetchKeys: async () => [key.jwk] }) };
};
const withClaims = (claims: object): string => `Bearer ${makeTestToken(key, START, { claims })}`;

describe('authorization header', () => {
  it.each([
    `Bearer ${token}`,
    `bearer ${token}`,
    `BEARER ${token}`,
    Buffer.from(`Bearer ${token}`),
  ])(
    'a bearer token is accepted, as string or buffer, in any case of the scheme (%#)',
    async (header) => {
      expect(await setUp().authenticate(header)).toEqual({
        kind: 'user',
        userId: 'u-1',
        role: 'CUSTOMER',
        token,
        expiresAt: new Date(START.getTime() + 900_000),
      });
    },
  );

  it.each([
    '',
    'Bearer',
    'Bearer ',
    token,
    `Basic ${token}`,
    `Bearer  ${token}`,
    ` Bearer ${token}`,
    `Bearer ${token} `,
    `Bearer ${token},`,
    `Bearer${token}`,
    `xBearer ${token}`,
    `Bearer ${token}.${token}`,
    `Bearer ${token.slice(0, token.lastIndexOf('.'))}`,
    `Bearer ${token}\n`,
    'Bearer ..',
    `Bearer ${Buffer.from('{"alg":"RS256","typ":"JWT","kid":"k-1"}').toString('base64url')}.AAAA.AAAA`,
  ])('anything but exactly one bearer token is rejected (%#)', async (header) => {
    await expect(setUp().authenticate(header)).rejects.toMatchObject(INVALID);
  });

  it('tokens are accepted up to the maximum length', async () => {
    /** Base64 cannot produce every length, so both header and payload are padded. */
    const ofLength = (length: number): string => {
      const roughly = Math.floor(((length - token.length) * 3) / 4);
      for (const jku of ['', 'x', 'xx']) {
        for (let padding = roughly - 40; padding < roughly; padding += 1) {
          const claims = { padding: 'x'.repeat(padding) };
          const long = makeTestToken(key, START, { claims, header: { jku } });
          if (long.length === length) return long;
        }
      }
      throw new RangeError(`No token has ${length} characters.`);
    };
    const { authenticate } = setUp();

    await expect(
      authenticate(`Bearer ${ofLength(TOKEN_PROFILE.lengthMax)}`),
    ).resolves.toMatchObject({ kind: 'user' });
    await expect(
      authenticate(`Bearer ${ofLength(TOKEN_PROFILE.lengthMax + 1)}`),
    ).rejects.toMatchObject(INVALID);
  });
});

describe('access token', () => {
  it.each(['CUSTOMER', 'ADMIN', 'GUEST'])(
    'a token with a role identifies a user: %s',
    async (role) => {
      expect(await setUp().authenticate(withClaims({ role }))).toMatchObject({
        kind: 'user',
        role,
      });
    },
  );

  it('a token with a client id identifies a service and carries its expiry', async () => {
    const header = withClaims({ role: undefined, sub: 'service:orders', client_id: 'orders' });

    expect(await setUp().authenticate(header)).toEqual({
      kind: 'service',
      clientId: 'orders',
      token: header.slice('Bearer '.length),
      expiresAt: new Date(START.getTime() + 900_000),
    });
  });

  it.each<[string, object]>([
    ['with an empty subject', { sub: '' }],
    ['with neither a role nor a client', { role: undefined }],
    ['with an empty client id', { role: undefined, client_id: '' }],
    ['with a number as client id', { role: undefined, client_id: 7 }],
    ['with a fractional exp', { exp: START.getTime() / 1000 + 900.5 }],
    ['with a fractional iat', { iat: START.getTime() / 1000 + 0.5 }],
    ['with several subjects', { sub: ['u-1', 'u-2'] }],
  ])('a token %s is rejected', async (_what, claims) => {
    await expect(setUp().authenticate(withClaims(claims))).rejects.toMatchObject(INVALID);
  });

  it('a token with critical extensions is rejected, because none is supported', async () => {
    const critical = makeTestToken(key, START, { header: { crit: ['exp'] } });

    await expect(setUp().authenticate(`Bearer ${critical}`)).rejects.toMatchObject(INVALID);
  });

  it('a token is accepted for 5 s of clock tolerance after its expiry, and no longer', async () => {
    const { authenticate, clock } = setUp();
    clock.advanceMs(904_999);
    await expect(authenticate(`Bearer ${token}`)).resolves.toMatchObject({ kind: 'user' });
    clock.advanceMs(1);

    await expect(authenticate(`Bearer ${token}`)).rejects.toMatchObject({
      kind: 'unauthenticated',
      reason: 'TOKEN_EXPIRED',
    });
  });
});
