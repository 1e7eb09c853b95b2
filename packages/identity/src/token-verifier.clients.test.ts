import { createTestClock } from '@flashreserve/ops';
import type { RevokedSessions } from './revoked-sessions';
import { makeTestKey, makeTestToken } from './testing/tokens';
import { createTokenVerifier } from './token-verifier';

const START = new Date('2026-01-01T00:00:00Z');
const key = makeTestKey('k-1');
const INVALID = { kind: 'unauthenticated', reason: 'TOKEN_INVALID' };

const CLIENT = {
  sub: 'client:shop',
  client_id: 'shop',
  name: 'Lamp shop',
  scope: 'reservations:write products:write',
  sid: 'secret-1',
  role: undefined,
};
const SERVICE = { sub: 'service:shop', client_id: 'shop', role: undefined };

const bearer = (claims: object): string => `Bearer ${makeTestToken(key, START, { claims })}`;
const setUp = (ended: ReadonlySet<string> = new Set()) => {
  const revokedSessions: RevokedSessions = {
    has: (sessionId) => ended.has(sessionId),
    confirmFresh: async () => undefined,
    stop: () => undefined,
  };
  return createTokenVerifier({
    clock: createTestClock(START),
    fetchKeys: async () => [key.jwk],
    revokedSessions,
  });
};

describe("an API client's token", () => {
  it('tells who the client is, what it may do, and which secret it was issued for', async () => {
    const header = bearer(CLIENT);

    expect(await setUp().authenticate(header)).toEqual({
      kind: 'client',
      clientId: 'shop',
      name: 'Lamp shop',
      scopes: new Set(['reservations:write', 'products:write']),
      token: header.slice('Bearer '.length),
      sessionId: 'secret-1',
      expiresAt: new Date(START.getTime() + 900_000),
    });
  });

  it('unknown scopes are ignored, however they are spelled', async () => {
    const scope = 'admin products:write Products:write reservations:* toString __proto__';

    expect(await setUp().authenticate(bearer({ ...CLIENT, scope }))).toMatchObject({
      scopes: new Set(['products:write']),
    });
  });

  it.each<[string, object]>([
    ['without a scope', { scope: undefined }],
    ['with an empty scope', { scope: '' }],
    ['with unknown scopes only', { scope: 'admin toString' }],
    ['with scopes in a list', { scope: ['products:write'] }],
    ['with scopes separated by commas', { scope: 'products:write,sales:write' }],
    ['without a secret id', { sid: undefined }],
    ['with an empty secret id', { sid: '' }],
    ['without a name', { name: undefined }],
    ['without a client id', { client_id: undefined }],
    ['with an empty client id', { client_id: '', sub: 'client:' }],
    ['with a role', { role: 'ADMIN' }],
    ['with the subject of another client', { sub: 'client:other' }],
    ['with the subject of a service', { sub: 'service:shop' }],
    ['with the subject of a user', { sub: 'u-1' }],
    ['with its id as subject', { sub: 'shop' }],
    ['without a subject', { sub: undefined }],
  ])('a token %s is rejected', async (_what, claims) => {
    await expect(setUp().authenticate(bearer({ ...CLIENT, ...claims }))).rejects.toMatchObject(
      INVALID,
    );
  });

  it.each<[string, object]>([
    ['a user with the subject of a client', { sub: 'client:shop' }],
    ['a user with scopes', { scope: 'products:write' }],
    ['a service with the subject of a client', { ...SERVICE, sub: 'client:shop' }],
    ['a service with scopes', { ...SERVICE, scope: 'products:write' }],
    ['a service with a session', { ...SERVICE, sid: 'secret-1' }],
    ['a service with the claims of a client', { ...CLIENT, sub: 'service:shop' }],
  ])('a token of %s is rejected', async (_what, claims) => {
    await expect(setUp().authenticate(bearer(claims))).rejects.toMatchObject(INVALID);
  });

  it('a token of an ended secret is rejected, and one of another secret is not', async () => {
    const { authenticate, confirmSession } = setUp(new Set(['secret-1']));
    const other = await authenticate(bearer({ ...CLIENT, sid: 'secret-2' }));

    await expect(authenticate(bearer(CLIENT))).rejects.toMatchObject({ reason: 'TOKEN_REVOKED' });
    await expect(confirmSession(other)).resolves.toBeUndefined();
    await expect(
      confirmSession({ ...other, sessionId: 'secret-1' } as typeof other),
    ).rejects.toMatchObject({ reason: 'TOKEN_REVOKED' });
  });
});
