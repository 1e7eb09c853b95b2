import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
} from 'node:crypto';
import type { StaticIssuer } from '../../support/static-issuer';

export type Json = Readonly<Record<string, unknown>>;

/** Everything that a forger could know, and the real key, which only the tests know. */
export interface TokenWorld {
  /** A valid token of a customer, of an administrator, and of a service. */
  readonly user: string;
  readonly admin: string;
  readonly service: string;
  /** A valid refresh token of the customer. */
  readonly refresh: string;
  readonly header: Json;
  readonly payload: Json;
  readonly servicePayload: Json;
  readonly kid: string;
  readonly realKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly foreignKey: KeyObject;
  /** Two outside issuers that are trusted; their keys have the same kid. */
  readonly issuers: Readonly<Record<'one' | 'two', StaticIssuer>>;
}

/** One way to alter a token. */
export interface Mutant {
  readonly name: string;
  /** The `authorization` headers to send. */
  readonly make: (world: TokenWorld) => readonly string[];
  /** Accepted reasons; TOKEN_INVALID by default. */
  readonly reasons?: readonly string[];
}

export const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export const decodePart = (token: string, index: number): Json =>
  JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString()) as Json;

/** The parts of a token; throws if one is missing. */
export const partsOf = (token: string): readonly [string, string, string] => {
  const [header, payload, signature] = token.split('.');
  if (header === undefined || payload === undefined || signature === undefined) {
    throw new TypeError('A token has three parts.');
  }
  return [header, payload, signature];
};

/** An RSA (PKCS #1) signed token; strings are used as the JSON text itself. */
export const signRsa = (
  header: unknown,
  payload: unknown,
  key: KeyObject,
  digest = 'sha256',
): string => {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${signBytes(digest, Buffer.from(input), key).toString('base64url')}`;
};

export const signHmac = (
  header: unknown,
  payload: unknown,
  secret: string | Buffer,
  digest: string,
): string => {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${createHmac(digest, secret).update(input).digest('base64url')}`;
};

export const bearer = (token: string): readonly string[] => [`Bearer ${token}`];

export const createTokenWorld = (given: {
  readonly user: string;
  readonly admin: string;
  readonly service: string;
  readonly refresh: string;
  readonly privateKeyDer: Buffer;
  readonly foreignKey: KeyObject;
  readonly issuers: TokenWorld['issuers'];
}): TokenWorld => {
  const { user, admin, service, refresh, privateKeyDer, foreignKey, issuers } = given;
  const realKey = createPrivateKey({ key: privateKeyDer, type: 'pkcs8', format: 'der' });
  const header = decodePart(user, 0);
  return {
    user,
    admin,
    service,
    refresh,
    header,
    payload: decodePart(user, 1),
    servicePayload: decodePart(service, 1),
    kid: String(header['kid']),
    realKey,
    publicKey: createPublicKey(realKey),
    foreignKey,
    issuers,
  };
};
