import { bearer, encode, type Mutant, partsOf, signRsa, type TokenWorld } from './token-world';

const KIDS: readonly unknown[] = [
  ...['', ' ', '.', '..', '../../../../dev/null', '/dev/null', 'C:\\nul', 'file:///etc/passwd'],
  ...['http://evil.example/key', '%2e%2e%2fkey', "' OR '1'='1", "x'; DROP TABLE keys; --"],
  ...["' UNION SELECT 'secret' --", '$(id)', '`id`', '{{7*7}}', '__proto__', 'constructor'],
  ...['toString', 'hasOwnProperty', 'null', 'undefined', '\u0000', '\u202e', 'x'.repeat(2_000)],
  ...[{ $ne: null }, { $gt: '' }, { $regex: '.*' }, [], {}, 0, 1, -1, 1e308, true, false, null],
  undefined,
];

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'missing').slice(0, 40);

const keyIds: readonly Mutant[] = KIDS.flatMap((kid) =>
  (['foreignKey', 'realKey'] as const).map((who) => ({
    name: `kid ${shown(kid)}, signed with the ${who === 'realKey' ? 'real' : 'foreign'} key`,
    make: (world) => bearer(signRsa({ ...world.header, kid }, world.payload, world[who])),
  })),
);

/** Similar to the real id, and signed with the real key. */
const NEAR_KIDS: Readonly<Record<string, (kid: string) => unknown>> = {
  'in upper case': (kid) => kid.toUpperCase(),
  'with a blank behind': (kid) => `${kid} `,
  'with a zero byte behind': (kid) => `${kid}\u0000`,
  'without its last letter': (kid) => kid.slice(0, -1),
  'in a list': (kid) => [kid],
  'in an object': (kid) => ({ kid }),
  twice: (kid) => `${kid}${kid}`,
};

const nearKeyIds: readonly Mutant[] = Object.entries(NEAR_KIDS).map(([how, change]) => ({
  name: `the real kid ${how}`,
  make: ({ header, payload, kid, realKey }) =>
    bearer(signRsa({ ...header, kid: change(kid) }, payload, realKey)),
}));

const jwkOf = (world: TokenWorld) => ({
  ...world.foreignKey.export({ format: 'jwk' }),
  d: undefined,
  kid: world.kid,
  use: 'sig',
  alg: 'RS256',
});

/** Header fields by which a token could supply its own key. */
const KEY_HEADERS: Readonly<Record<string, (world: TokenWorld) => object>> = {
  jwk: (world) => ({ jwk: jwkOf(world) }),
  'jwk without a kid': (world) => ({ jwk: jwkOf(world), kid: undefined }),
  'jwk with another kid': (world) => ({ jwk: jwkOf(world), kid: 'mine' }),
  jku: () => ({ jku: 'https://evil.example/jwks.json' }),
  'jku of a local address': () => ({ jku: 'http://127.0.0.1:1/jwks.json' }),
  'jku as data': (world) => ({
    jku: `data:application/json,${JSON.stringify({ keys: [jwkOf(world)] }).slice(0, 900)}`,
  }),
  x5u: () => ({ x5u: 'https://evil.example/cert.pem' }),
  x5c: (world) => ({ x5c: [String(jwkOf(world).n)] }),
  x5t: () => ({ x5t: 'AAAA' }),
  'x5t#S256': () => ({ 'x5t#S256': 'AAAA' }),
  jwks: (world) => ({ jwks: { keys: [jwkOf(world)] } }),
  'everything at once': (world) => ({ jwk: jwkOf(world), jku: 'https://evil.example', x5c: ['A'] }),
};

const keyHeaders: readonly Mutant[] = Object.entries(KEY_HEADERS).map(([name, more]) => ({
  name: `a foreign key, brought along as ${name}`,
  make: (world) =>
    bearer(signRsa({ ...world.header, ...more(world) }, world.payload, world.foreignKey)),
}));

const TYPES = [
  ...['JWT', 'jwt', 'AT+JWT', 'at+JWT', 'application/at+jwt', 'at+jwt ', 'rt+jwt', 'id+jwt', ''],
  ...['dpop+jwt', 'logout+jwt', ['at+jwt'], {}, 1, true, null, undefined],
];
const types: readonly Mutant[] = TYPES.map((typ) => ({
  name: `the real key, but typ ${shown(typ)}`,
  make: ({ header, payload, realKey }) => bearer(signRsa({ ...header, typ }, payload, realKey)),
}));

const CRITICALS = [['exp'], ['b64'], ['evil'], [], 'exp', {}, 1, null];
const criticals: readonly Mutant[] = CRITICALS.map((crit) => ({
  name: `the real key, but crit ${shown(crit)}`,
  make: ({ header, payload, realKey }) => bearer(signRsa({ ...header, crit }, payload, realKey)),
}));

const OLD_SIGNATURE: Readonly<Record<string, (header: object) => unknown>> = {
  'another alg': (header) => ({ ...header, alg: 'RS512' }),
  'no typ': (header) => ({ ...header, typ: undefined }),
  'a jku more': (header) => ({ ...header, jku: 'https://evil.example' }),
  'a cty more': (header) => ({ ...header, cty: 'JWT' }),
  'other blanks': (header) => JSON.stringify(header, undefined, 1),
  'other order': (header) => Object.fromEntries(Object.entries(header).reverse()),
  'nothing in it': () => ({}),
  'a list': () => [],
  'the word null': () => 'null',
  'a number': () => '1',
  'no JSON': () => 'alg=RS256',
  'a byte order mark': (header) => `\ufeff${JSON.stringify(header)}`,
};
const changedHeaders: readonly Mutant[] = Object.entries(OLD_SIGNATURE).map(([what, change]) => ({
  name: `the old signature over a header with ${what}`,
  make: ({ header, user }) => {
    const [, payload, signature] = partsOf(user);
    return bearer(`${encode(change(header))}.${payload}.${signature}`);
  },
}));

export const headerMutants: readonly Mutant[] = [
  ...keyIds,
  ...nearKeyIds,
  ...keyHeaders,
  ...types,
  ...criticals,
  ...changedHeaders,
];
