import type { TrustedIssuer } from '@flashreserve/identity';
import { type OutsideKey, signOutside } from '@flashreserve/identity/testing';
import { bearer, type Mutant, signHmac, signRsa, type TokenWorld } from './token-world';

/** The second and the third issuer, by the names that the mutants use. */
const OTHER = { one: 'two', two: 'one' } as const;
type Name = keyof typeof OTHER;
const NAMES: readonly Name[] = ['one', 'two'];

const sign = (
  { issuers }: TokenWorld,
  name: Name,
  change: { readonly claims?: object; readonly header?: object; readonly key?: OutsideKey } = {},
): readonly string[] => {
  const { issuer, key } = issuers[name];
  const { claims = {}, header = {} } = change;
  const issuedAt = new Date();
  return bearer(signOutside(change.key ?? key, issuer, { issuedAt, claims, header }));
};

const claimsOf = ({ issuer, audiences }: TrustedIssuer) => {
  const iat = Math.floor(Date.now() / 1_000);
  return { iss: issuer, aud: audiences[0], sub: 'ada', iat, exp: iat + 900 };
};

/** One issuer's token under the name, the kid or the key of another. */
const confusions: readonly Mutant[] = NAMES.flatMap((name): readonly Mutant[] => [
  {
    name: `issuer ${name}, signed by issuer ${OTHER[name]}, which has a key of the same kid`,
    make: (world) => sign(world, name, { key: world.issuers[OTHER[name]].key }),
  },
  {
    name: `issuer ${OTHER[name]} as iss in a token of issuer ${name}`,
    make: (world) =>
      sign(world, name, { claims: { iss: world.issuers[OTHER[name]].issuer.issuer } }),
  },
  {
    name: `our iss and aud in a token of issuer ${name}`,
    make: (world) => sign(world, name, { claims: { ...world.payload, ...fresh() } }),
  },
  {
    name: `our claims and kid in a token of issuer ${name}`,
    make: (world) =>
      sign(world, name, { claims: { ...world.payload, ...fresh() }, header: { kid: world.kid } }),
  },
  {
    name: `issuer ${name}, signed with our key`,
    make: (world) =>
      bearer(signRsa(world.header, claimsOf(world.issuers[name].issuer), world.realKey)),
  },
  {
    name: `issuer ${name} and its kid, signed with our key`,
    make: (world) => {
      const { issuer, key } = world.issuers[name];
      return bearer(signRsa({ ...world.header, kid: key.kid }, claimsOf(issuer), world.realKey));
    },
  },
  {
    name: `issuer ${name}, signed with a foreign key`,
    make: (world) => {
      const { issuer, key } = world.issuers[name];
      const header = { alg: 'RS256', typ: 'at+jwt', kid: key.kid };
      return bearer(signRsa(header, claimsOf(issuer), world.foreignKey));
    },
  },
  {
    name: `issuer ${name}, with its public key as a shared secret`,
    make: (world) => {
      const { issuer, key } = world.issuers[name];
      const header = { alg: 'HS256', typ: 'at+jwt', kid: key.kid };
      return bearer(signHmac(header, claimsOf(issuer), JSON.stringify(key.jwk), 'sha256'));
    },
  },
  {
    name: `issuer ${name}, without a signature`,
    make: (world) => {
      const [token = ''] = sign(world, name, { header: { alg: 'none' } });
      return [token.slice(0, token.lastIndexOf('.') + 1)];
    },
  },
]);

const fresh = () => {
  const iat = Math.floor(Date.now() / 1_000);
  return { iat, exp: iat + 900 };
};

const CHANGES: Readonly<Record<string, { readonly claims?: object; readonly header?: object }>> = {
  'another algorithm by name': { header: { alg: 'RS512' } },
  'an unknown kid': { header: { kid: 'unknown' } },
  'no kid': { header: { kid: undefined } },
  'a crit': { header: { crit: ['exp'] } },
  'typ of a logout token': { header: { typ: 'logout+jwt' } },
  'another audience': { claims: { aud: 'flashreserve' } },
  'no audience': { claims: { aud: undefined } },
  'an unknown issuer': { claims: { iss: 'https://evil.example' } },
  'its issuer with a slash more': { claims: { iss: 'http://127.0.0.1/' } },
  'no subject': { claims: { sub: undefined } },
  'no expiry': { claims: { exp: undefined } },
  'an expiry in ten years': { claims: { exp: 4_102_444_800 } },
};

const changed: readonly Mutant[] = NAMES.flatMap((name) =>
  Object.entries(CHANGES).map(([what, change]) => ({
    name: `a token of issuer ${name} with ${what}`,
    make: (world: TokenWorld) => sign(world, name, change),
  })),
);

const expired: readonly Mutant[] = NAMES.map((name) => ({
  name: `an expired token of issuer ${name}`,
  reasons: ['TOKEN_EXPIRED'],
  make: (world) => {
    const iat = Math.floor(Date.now() / 1_000) - 1_000;
    return sign(world, name, { claims: { iat, exp: iat + 900 } });
  },
}));

export const issuerMutants: readonly Mutant[] = [...confusions, ...changed, ...expired];
