import { constants, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  bearer,
  encode,
  type Mutant,
  partsOf,
  signHmac,
  signRsa,
  type TokenWorld,
} from './token-world';

const NONES = ['none', 'None', 'NONE', 'nOnE', 'nonE', ' none', 'none ', '', null, undefined, []];

const unsigned: readonly Mutant[] = NONES.flatMap((alg) =>
  [
    ['no signature', () => ''],
    ['two letters', () => 'AA'],
    ['the old signature', ({ user }: TokenWorld) => partsOf(user)[2]],
  ].map(([what, signature]) => ({
    name: `alg ${JSON.stringify(alg)} with ${String(what)}`,
    make: (world) => {
      const input = `${encode({ ...world.header, alg })}.${encode(world.payload)}`;
      return bearer(`${input}.${(signature as (world: TokenWorld) => string)(world)}`);
    },
  })),
);

/** Forms of the public key that a confused verifier could use as a shared secret. */
const SECRETS: Readonly<Record<string, (world: TokenWorld) => string | Buffer>> = {
  'the public key as PEM': ({ publicKey }) => publicKey.export({ type: 'spki', format: 'pem' }),
  'the public key as PEM without the last line break': ({ publicKey }) =>
    publicKey.export({ type: 'spki', format: 'pem' }).toString().trim(),
  'the public key as PKCS #1 PEM': ({ publicKey }) =>
    publicKey.export({ type: 'pkcs1', format: 'pem' }),
  'the public key as DER': ({ publicKey }) => publicKey.export({ type: 'spki', format: 'der' }),
  'the modulus as in the JWK': ({ publicKey }) => publicKey.export({ format: 'jwk' }).n ?? '',
  'the bytes of the modulus': ({ publicKey }) =>
    Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url'),
  'the JWK as JSON': ({ publicKey }) => JSON.stringify(publicKey.export({ format: 'jwk' })),
  'the key id': ({ kid }) => kid,
  'an empty secret': () => '',
};

const symmetric: readonly Mutant[] = ['256', '384', '512'].flatMap((bits) =>
  Object.entries(SECRETS).flatMap(([what, secret]) => [
    {
      name: `alg HS${bits} with ${what}`,
      make: (world: TokenWorld) => {
        const header = { ...world.header, alg: `HS${bits}` };
        return bearer(signHmac(header, world.payload, secret(world), `sha${bits}`));
      },
    },
    {
      name: `alg RS256, but an HMAC of ${bits} bits with ${what}`,
      make: (world: TokenWorld) =>
        bearer(signHmac(world.header, world.payload, secret(world), `sha${bits}`)),
    },
  ]),
);

const signPss = (header: unknown, payload: unknown, key: KeyObject, digest: string): string => {
  const input = `${encode(header)}.${encode(payload)}`;
  const options = {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  };
  return `${input}.${sign(digest, Buffer.from(input), options).toString('base64url')}`;
};

const otherRsa: readonly Mutant[] = ['256', '384', '512'].flatMap((bits) =>
  (['RS', 'PS'] as const).flatMap((family) => {
    const make = family === 'RS' ? signRsa : signPss;
    const name = `${family}${bits}`;
    const withKey = (who: 'realKey' | 'foreignKey', alg: string): Mutant => ({
      name: `a ${name} signature of the ${who === 'realKey' ? 'real' : 'foreign'} key under alg ${alg}`,
      make: (world) =>
        bearer(make({ ...world.header, alg }, world.payload, world[who], `sha${bits}`)),
    });
    // The real key with RS256 is the valid token.
    if (name === 'RS256') return [withKey('foreignKey', name)];
    return (['realKey', 'foreignKey'] as const).flatMap((who) => [
      withKey(who, name),
      withKey(who, 'RS256'),
    ]);
  }),
);

const CURVES = { ES256: 'prime256v1', ES384: 'secp384r1', ES512: 'secp521r1' } as const;

const elliptic: readonly Mutant[] = Object.entries(CURVES).flatMap(([alg, namedCurve]) => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve });
  return [alg, 'RS256'].map((claimed) => ({
    name: `a ${alg} signature under alg ${claimed}`,
    make: ({ header, payload }) => {
      const input = `${encode({ ...header, alg: claimed })}.${encode(payload)}`;
      const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
      const signature = sign(`sha${alg.slice(2)}`, Buffer.from(input), key);
      return bearer(`${input}.${signature.toString('base64url')}`);
    },
  }));
});

const edwards: Mutant = {
  name: 'an EdDSA signature',
  make: ({ header, payload }) => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const input = `${encode({ ...header, alg: 'EdDSA' })}.${encode(payload)}`;
    return bearer(`${input}.${sign(null, Buffer.from(input), privateKey).toString('base64url')}`);
  },
};

/** Signed with the real key, so that only the name of the algorithm is wrong. */
const ODD_NAMES = [
  ...['rs256', 'Rs256', 'RS256 ', ' RS256', 'RS256\u0000', 'R\u0405256', 'RS\uff1256'],
  ...['RSA', 'RSA-OAEP', 'RS256,none', 'HS256', 'ES256', 'none', ''],
  ...[['RS256'], { name: 'RS256' }, 256, true, null, undefined],
];

const oddNames: readonly Mutant[] = ODD_NAMES.map((alg) => ({
  name: `the real key, but alg ${JSON.stringify(alg)}`,
  make: ({ header, payload, realKey }) => bearer(signRsa({ ...header, alg }, payload, realKey)),
}));

const ofTexts: readonly Mutant[] = [
  {
    name: 'alg spelt with escapes, and no signature that fits',
    make: ({ kid, payload }) => {
      const header = `{"\\u0061lg":"n\\u006fne","typ":"at+jwt","kid":"${kid}"}`;
      return bearer(`${encode(header)}.${encode(payload)}.AA`);
    },
  },
  {
    name: 'alg given twice, RS256 and none',
    make: ({ kid, payload }) => {
      const header = `{"alg":"RS256","alg":"none","typ":"at+jwt","kid":"${kid}"}`;
      return bearer(`${encode(header)}.${encode(payload)}.AA`);
    },
  },
  {
    name: 'alg given twice, none and RS256, with an HMAC',
    make: ({ kid, payload }) => {
      const header = `{"alg":"none","alg":"RS256","typ":"at+jwt","kid":"${kid}"}`;
      const input = `${encode(header)}.${encode(payload)}`;
      return bearer(`${input}.${createHmac('sha256', kid).update(input).digest('base64url')}`);
    },
  },
];

export const algorithmMutants: readonly Mutant[] = [
  ...unsigned,
  ...symmetric,
  ...otherRsa,
  ...elliptic,
  edwards,
  ...oddNames,
  ...ofTexts,
];
