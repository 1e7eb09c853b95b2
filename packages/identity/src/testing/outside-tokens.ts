import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import type { IssuerKeys } from '../outside/issuer-directory';
import type { IssuerKey, TrustedIssuer } from '../outside/trusted-issuer';
import { makeRsaKeys } from './rsa-keys';

export type OutsideAlgorithm = 'RS256' | 'ES256' | 'EdDSA';

/** A key of an outside issuer. */
export interface OutsideKey {
  readonly kid: string;
  readonly alg: OutsideAlgorithm;
  readonly privateKey: KeyObject;
  /** The key as the issuer publishes it. */
  readonly jwk: IssuerKey;
}

const PUBLIC_PEM = { type: 'spki', format: 'pem' } as const;
const PRIVATE_PEM = { type: 'pkcs8', format: 'pem' } as const;

/** The private key as PEM. */
const generate = (alg: 'ES256' | 'EdDSA'): string =>
  alg === 'ES256'
    ? generateKeyPairSync('ec', {
        namedCurve: 'P-256',
        publicKeyEncoding: PUBLIC_PEM,
        privateKeyEncoding: PRIVATE_PEM,
      }).privateKey
    : generateKeyPairSync('ed25519', {
        publicKeyEncoding: PUBLIC_PEM,
        privateKeyEncoding: PRIVATE_PEM,
      }).privateKey;

/** Imported from their encoded form, as in `makeRsaKeys`. */
const makeKeys = (alg: OutsideAlgorithm) => {
  if (alg === 'RS256') return makeRsaKeys();
  const pem = generate(alg);
  return { privateKey: createPrivateKey(pem), publicKey: createPublicKey(pem) };
};

export const makeOutsideKey = (alg: OutsideAlgorithm, kid: string): OutsideKey => {
  const { privateKey, publicKey } = makeKeys(alg);
  const members = publicKey.export({ format: 'jwk' }) as Readonly<Record<string, string>>;
  const jwk = { ...members, kty: members['kty'] ?? '', kid, use: 'sig', alg };
  return { kid, alg, privateKey, jwk };
};

export const makeIssuer = (alias: string, more: Partial<TrustedIssuer> = {}): TrustedIssuer => ({
  issuer: `https://${alias}.example/`,
  alias,
  audiences: ['https://shop.example/api'],
  audienceClaim: 'aud',
  algorithms: ['RS256', 'ES256', 'EdDSA'],
  customerClaim: ['sub'],
  requiredClaims: [],
  ...more,
});

/** An issuer with its keys, as auth answers. */
export const publish = (
  issuer: TrustedIssuer,
  keys: readonly OutsideKey[],
  keysExpireAt: Date,
): IssuerKeys => ({ issuer, keys: keys.map(({ jwk }) => jwk), keysExpireAt });

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * An access token for 15 minutes, signed as its key's algorithm says, with the given claims and
 * header members replaced.
 */
export const signOutside = (
  key: Pick<OutsideKey, 'kid' | 'alg' | 'privateKey'>,
  issuer: TrustedIssuer,
  options: {
    readonly issuedAt: Date;
    readonly claims?: object;
    readonly header?: object;
  },
): string => {
  const iat = Math.floor(options.issuedAt.getTime() / 1_000);
  const header = { alg: key.alg, typ: 'at+jwt', kid: key.kid, ...options.header };
  const identity = { iss: issuer.issuer, aud: issuer.audiences[0], sub: 'ada' };
  const claims = { ...identity, iat, exp: iat + 900, ...options.claims };
  const input = `${encode(header)}.${encode(claims)}`;
  const signature =
    key.alg === 'EdDSA'
      ? sign(null, Buffer.from(input), key.privateKey)
      : sign('sha256', Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
};
