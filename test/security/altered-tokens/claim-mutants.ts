import {
  bearer,
  encode,
  type Json,
  type Mutant,
  partsOf,
  signRsa,
  type TokenWorld,
} from './token-world';

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'missing').slice(0, 40);
const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/**
 * Signed with the real key over a user's claims with one of them changed, so that nothing else is
 * wrong.
 */
const withClaims = (
  name: string,
  change: (payload: Json) => unknown,
  reasons?: readonly string[],
): Mutant => ({
  name: `the real key, but ${name}`,
  make: ({ header, payload, realKey }) => bearer(signRsa(header, change(payload), realKey)),
  ...(reasons && { reasons }),
});

const withClaim = (claim: string, values: readonly unknown[]): readonly Mutant[] =>
  values.map((value) =>
    withClaims(`${claim} ${shown(value)}`, (payload) => ({ ...payload, [claim]: value })),
  );

const NO_TEXTS = ['', null, undefined, 1, true, {}];
const EXPIRED = ['TOKEN_EXPIRED'];

const times: readonly Mutant[] = [
  ...withClaim('exp', [undefined, null, '9999999999', 'never', 1e20, 1e308, true, {}, [], '']),
  withClaims('exp a fraction', ({ exp, ...rest }) => ({ ...rest, exp: Number(exp) + 0.5 })),
  withClaims('exp a list', ({ exp, ...rest }) => ({ ...rest, exp: [exp] })),
  withClaims('a life of more than a day', ({ iat, ...rest }) => ({
    ...rest,
    iat,
    exp: Number(iat) + 86_401,
  })),
  withClaims('exp before iat', ({ exp, ...rest }) => ({ ...rest, exp, iat: Number(exp) })),
  ...[-1, 0, -1e20, 1].map((exp) =>
    withClaims(`exp ${exp}`, (payload) => ({ ...payload, exp }), EXPIRED),
  ),
  ...[10, 60, 3_600].map((seconds) =>
    withClaims(
      `expired ${seconds} s ago`,
      (payload) => ({ ...payload, iat: nowSeconds() - 7_200, exp: nowSeconds() - seconds }),
      EXPIRED,
    ),
  ),
  ...withClaim('iat', [undefined, null, '0', true, {}, [], 1.5]),
  ...[60, 3_600].map((seconds) =>
    withClaims(`made in ${seconds} s`, (payload) => ({
      ...payload,
      iat: nowSeconds() + seconds,
      exp: nowSeconds() + seconds + 900,
    })),
  ),
  ...withClaim('nbf', ['0', null, true, {}, 1e20]),
  ...[60, 3_600].map((seconds) =>
    withClaims(`not valid for ${seconds} s`, (payload) => ({
      ...payload,
      nbf: nowSeconds() + seconds,
    })),
  ),
];

const identities: readonly Mutant[] = [
  ...withClaim('iss', [
    ...NO_TEXTS,
    ...['evil', 'FLASHRESERVE-AUTH', 'flashreserve-auth ', 'https://flashreserve-auth'],
    ['flashreserve-auth'],
  ]),
  ...withClaim('aud', [
    ...NO_TEXTS,
    ...['other', 'FLASHRESERVE', 'flashreserve ', 'flashreserve2', 'flash', '*'],
    ...[[], ['other'], ['other', 'another'], [['flashreserve']]],
  ]),
  ...withClaim('sub', [...NO_TEXTS, [], ['x'], 'service:gateway', 'service:', 'client:shop']),
  ...withClaim('scope', ['', 'products:write', 'openid', null, [], {}]),
  ...withClaim('sid', ['', 1, null, [], {}, true]),
  ...withClaim('role', [
    ...NO_TEXTS,
    ...['ROOT', 'admin', 'Admin', 'ADMIN ', 'ADMIN,CUSTOMER', 'SERVICE', 'ROLE_ADMIN'],
    ...[['ADMIN'], ['CUSTOMER', 'ADMIN'], { $ne: null }],
  ]),
];

const serviceClaims: readonly Mutant[] = [
  ...withClaim('client_id', ['gateway', 'catalog', '', null, ['gateway'], {}]),
  withClaims('a service’s claims without its subject', ({ role: _role, ...rest }) => ({
    ...rest,
    client_id: 'gateway',
  })),
  ...(
    [
      ['a role more', { role: 'ADMIN' }],
      ['a session more', { sid: 'x' }],
      ['scopes more', { scope: 'products:write' }],
      ["an API client's subject", { sub: 'client:dev-service' }],
      ['another service’s id', { client_id: 'gateway' }],
      ['another service’s subject', { sub: 'service:gateway' }],
      ['a user’s subject', { sub: '01890000-0000-7000-8000-000000000000' }],
      ['an empty id', { client_id: '' }],
      ['its id in a list', { client_id: ['dev-service'] }],
      ['no id', { client_id: undefined }],
      ['no subject', { sub: undefined }],
      ['no end', { exp: undefined }],
    ] as const
  ).map(([what, claims]) => ({
    name: `a service’s token of the real key with ${what}`,
    make: ({ header, servicePayload, realKey }: TokenWorld) =>
      bearer(signRsa(header, { ...servicePayload, ...claims }, realKey)),
  })),
];

/** Payloads that are no claims, with a valid signature. */
const NO_CLAIMS = ['null', '[]', '"text"', '1', 'true', '{}', '', '{', 'no JSON', '[{}]'];
const noClaims: readonly Mutant[] = NO_CLAIMS.map((text) => ({
  name: `the real key over the payload ${shown(text)}`,
  make: ({ header, realKey }) => bearer(signRsa(header, text, realKey)),
}));

const nested: readonly Mutant[] = [
  {
    name: 'a good token as the payload of another, by the real key',
    make: ({ header, user, realKey }) => bearer(signRsa({ ...header, cty: 'JWT' }, user, realKey)),
  },
  {
    name: 'a good token as the payload of another, by a foreign key',
    make: ({ header, admin, foreignKey }) =>
      bearer(signRsa({ ...header, cty: 'JWT' }, admin, foreignKey)),
  },
  {
    name: 'good claims one level too deep',
    make: ({ header, payload, realKey }) => bearer(signRsa(header, { payload }, realKey)),
  },
];

/** The payload text changed under the original signature. */
const OLD_SIGNATURE: Readonly<Record<string, (payload: Json, world: TokenWorld) => unknown>> = {
  'the role of an administrator': (payload) => ({ ...payload, role: 'ADMIN' }),
  'the administrator’s subject': (payload, { admin }) => ({
    ...payload,
    sub: JSON.parse(Buffer.from(partsOf(admin)[1], 'base64url').toString()).sub,
  }),
  'a longer life': (payload) => ({ ...payload, exp: Number(payload['exp']) + 1 }),
  'another session': (payload) => ({ ...payload, sid: 'x' }),
  'a service’s id': (payload) => ({ ...payload, client_id: 'gateway' }),
  'a claim more': (payload) => ({ ...payload, admin: true }),
  'the role given twice': (payload) => JSON.stringify(payload).replace('{', '{"role":"ADMIN",'),
  'the role given again at the end': (payload) =>
    `${JSON.stringify(payload).slice(0, -1)},"role":"ADMIN"}`,
  'exp given twice': (payload) => `${JSON.stringify(payload).slice(0, -1)},"exp":9999999999}`,
  'the subject given twice': (payload) => `${JSON.stringify(payload).slice(0, -1)},"sub":"x"}`,
  'a role spelt with escapes': (payload) =>
    JSON.stringify(payload).replace('CUSTOMER', '\\u0041DMIN'),
  'other blanks': (payload) => JSON.stringify(payload, undefined, 1),
  'a prototype': (payload) =>
    JSON.stringify(payload).replace('{', '{"__proto__":{"role":"ADMIN"},'),
};
const changedPayloads: readonly Mutant[] = Object.entries(OLD_SIGNATURE).flatMap(
  ([what, change]) => [
    {
      name: `the old signature over a payload with ${what}`,
      make: (world: TokenWorld) => {
        const [header, , signature] = partsOf(world.user);
        return bearer(`${header}.${encode(change(world.payload, world))}.${signature}`);
      },
    },
    {
      name: `a foreign signature over a payload with ${what}`,
      make: (world: TokenWorld) =>
        bearer(signRsa(world.header, change(world.payload, world), world.foreignKey)),
    },
  ],
);

export const claimMutants: readonly Mutant[] = [
  ...times,
  ...identities,
  ...serviceClaims,
  ...noClaims,
  ...nested,
  ...changedPayloads,
];
