import type { IssuerKey } from '@flashreserve/identity';
import { z } from 'zod';
import type { ConfiguredIssuer, IssuerKeyReader } from '../application/ports';
import { isSafeAddress } from '../domain/safe-address';
import { fetchJson } from './fetch-json';

/** Keys of one issuer; providers publish two to four. */
const KEYS_MAX = 20;
const member = z.string().max(2_048).optional();

const discovery = z.object({ issuer: z.string(), jwks_uri: z.string().max(512) });

/** Public members only (RFC 7518): whatever else a set contains is dropped, private ones too. */
const publicKey = z.object({
  kty: z.enum(['RSA', 'EC', 'OKP']),
  kid: z.string().min(1).max(256),
  use: z.literal('sig').optional(),
  alg: z.string().max(32).optional(),
  n: member,
  e: member,
  crv: z.string().max(32).optional(),
  x: member,
  y: member,
});

const keySet = z.object({ keys: z.array(z.unknown()).max(KEYS_MAX) });

const CURVES: Readonly<Record<string, string>> = {
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
  Ed25519: 'EdDSA',
};

/** For keys that do not name their algorithm. Which ones are accepted is configured. */
const algorithmOf = ({ alg, kty, crv = '' }: z.output<typeof publicKey>): string =>
  alg ?? (kty === 'RSA' ? 'RS256' : (CURVES[crv] ?? ''));

/** The key, if it is one that can verify signatures. Sets may contain others, which are ignored. */
const toIssuerKey = async (given: unknown): Promise<IssuerKey | undefined> => {
  const parsed = publicKey.safeParse(given);
  if (!parsed.success) return undefined;
  const members = Object.entries(parsed.data).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const key = { ...Object.fromEntries(members), kty: parsed.data.kty, kid: parsed.data.kid };
  const { importJWK } = await import('jose');
  try {
    await importJWK(key, algorithmOf(parsed.data));
    return key;
  } catch {
    // A broken key, or one of an algorithm or curve that is not supported, verifies nothing.
    return undefined;
  }
};

/** The address of the keys, by the issuer's discovery document (OpenID Connect Discovery 1.0). */
const discover = async ({ issuer, allowHttp }: ConfiguredIssuer): Promise<string> => {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const document = discovery.parse(await fetchJson(address));
  if (document.issuer !== issuer) {
    throw new Error(`${address} is of another issuer: ${JSON.stringify(document.issuer)}.`);
  }
  if (!isSafeAddress(document.jwks_uri, allowHttp)) {
    throw new Error(`${address} names keys at an address that is not https.`);
  }
  return document.jwks_uri;
};

/** Reads keys over HTTPS, from the configured address or the one that discovery finds. */
export const createIssuerKeyReader = (): IssuerKeyReader => ({
  read: async (issuer) => {
    const { keys } = keySet.parse(await fetchJson(issuer.jwksUri ?? (await discover(issuer))));
    const read = await Promise.all(keys.map(toIssuerKey));
    return read.filter((key) => key !== undefined);
  },
});
