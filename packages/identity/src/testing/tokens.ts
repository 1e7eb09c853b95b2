import type { KeyObject } from 'node:crypto';
import { sign } from 'jsonwebtoken';
import type { PublicJwk } from '../token-verifier';
import { makeRsaKeys } from './rsa-keys';

export interface TestKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  /** The key as auth publishes it. */
  readonly jwk: PublicJwk;
}

export const makeTestKey = (kid: string): TestKey => {
  const { privateKey, publicKey } = makeRsaKeys();
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  return { kid, privateKey, jwk: { kty: 'RSA', kid, n, e } };
};

/**
 * A valid customer access token for 15 minutes, with the given claims and header members replaced.
 */
export const makeTestToken = (
  key: TestKey,
  issuedAt: Date,
  { claims = {}, header = {} }: { readonly claims?: object; readonly header?: object } = {},
): string => {
  const iat = Math.floor(issuedAt.getTime() / 1000);
  const life = { iat, exp: iat + 900 };
  const identity = { sub: 'u-1', role: 'CUSTOMER', iss: 'flashreserve-auth', aud: 'flashreserve' };
  // Through JSON, because the library rejects undefined members.
  const payload = JSON.parse(JSON.stringify({ ...identity, ...life, ...claims })) as object;
  return sign(payload, key.privateKey, {
    algorithm: 'RS256',
    header: { alg: 'RS256', typ: 'at+jwt', kid: key.kid, ...header },
  });
};
