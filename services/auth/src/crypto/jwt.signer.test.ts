import { makeRsaKeys } from '@flashreserve/identity/testing';
import { verify } from 'jsonwebtoken';
import type { TokenSubject } from '../application/ports';
import { createJwtSigner } from './jwt.signer';

const { privateKey, publicKey } = makeRsaKeys();
const sign = createJwtSigner({ kid: 'key-1', privateKey });
const issuedAt = new Date('2026-11-22T10:00:00.750Z');
const SECONDS = Date.parse('2026-11-22T10:00:00Z') / 1_000;

const read = (token: string) =>
  verify(token, publicKey, { complete: true, clockTimestamp: SECONDS, algorithms: ['RS256'] });
const issue = (subject: TokenSubject) => read(sign(subject, { issuedAt, ttlSeconds: 900 }));

describe('the token signer', () => {
  it('access tokens have the profile that every verifier requires', () => {
    const { header, payload } = issue({
      kind: 'user',
      userId: 'u-1',
      role: 'ADMIN',
      sessionId: 's-1',
    });

    expect(header).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: 'key-1' });
    expect(payload).toEqual({
      sub: 'u-1',
      role: 'ADMIN',
      sid: 's-1',
      iss: 'flashreserve-auth',
      aud: 'flashreserve',
      iat: SECONDS,
      exp: SECONDS + 900,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it("the subject of a service token can never be a user's", () => {
    const { payload } = issue({ kind: 'service', clientId: 'orders' });

    expect(payload).toMatchObject({ sub: 'service:orders', client_id: 'orders' });
    expect(payload).not.toHaveProperty('role');
  });

  it("an API client's token names its scopes and its secret, and its subject is no other caller's", () => {
    const { payload } = issue({
      kind: 'client',
      clientId: 'orders',
      name: 'Shop',
      scopes: ['products:write', 'reservations:read'],
      sessionId: 's-1',
    });

    expect(payload).toMatchObject({
      sub: 'client:orders',
      client_id: 'orders',
      name: 'Shop',
      scope: 'products:write reservations:read',
      sid: 's-1',
    });
    expect(payload).not.toHaveProperty('role');
  });

  it('the same token is never issued twice', () => {
    const subject = { kind: 'service', clientId: 'orders' } as const;
    const life = { issuedAt, ttlSeconds: 900 };

    expect(sign(subject, life)).not.toBe(sign(subject, life));
  });
});
