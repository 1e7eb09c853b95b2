import fc from 'fast-check';

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

const OPERATORS = [
  '{"$ne":null}',
  '{"$gt":""}',
  '{"$where":"1"}',
  '{"$in":[""]}',
  '{"$regex":".*"}',
];
const PROTOTYPES = [
  '{"__proto__":{"role":"ADMIN"}}',
  '{"constructor":{"prototype":{"role":"ADMIN"}}}',
  '{"prototype":1}',
  '{"toString":1,"valueOf":1,"hasOwnProperty":1}',
];
const NUMBERS = [
  '0',
  '-0',
  '-1',
  '1.9',
  '2147483647',
  '2147483648',
  '4294967297',
  '9007199254740992',
  '9007199254740993',
  '-9223372036854775808',
  '18446744073709551616',
  '1e308',
  '1e309',
  '-1e309',
  '1e-320',
  '0.1',
];
const TEXTS = [
  '""',
  '" "',
  '"3"',
  '"true"',
  '"null"',
  '"NaN"',
  '"\\u0000"',
  '"a\\u0000b"',
  '"\\ud800"',
  '"\\udfff\\ud800"',
  '"\\u202e\\u2066evil\\u2069"',
  '"\\ufeff"',
  '"a\\r\\nset-cookie: x=1"',
  '"مرحبا بالعالم"',
  '"👩‍👩‍👧‍👦"',
  '"../../etc/passwd"',
  '"$where"',
  '"__proto__"',
  '"00000000-0000-0000-0000-000000000000"',
  '"ffffffff-ffff-ffff-ffff-ffffffffffff"',
  JSON.stringify('a'.repeat(1_025)),
  JSON.stringify('ä'.repeat(30_000)),
  JSON.stringify('🦊'.repeat(129)),
];
const OTHERS = ['null', 'true', 'false', '[]', '{}', '[null]', '["x"]', '[[1]]'];
const DEEP = [
  nested(33),
  nested(1_000),
  nested(30_000),
  `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
];

/** JSON texts of unexpected types. */
export const hostileJson: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...OPERATORS, ...PROTOTYPES) },
  { weight: 4, arbitrary: fc.constantFrom(...NUMBERS) },
  { weight: 4, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 3, arbitrary: fc.constantFrom(...OTHERS) },
  { weight: 1, arbitrary: fc.constantFrom(...DEEP) },
  { weight: 1, arbitrary: fc.json({ maxDepth: 4 }) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: 'binary', maxLength: 50 }).map((text) => JSON.stringify(text)),
  },
  { weight: 1, arbitrary: fc.double().map((number) => JSON.stringify(number)) },
);

/** Field names that no schema has. */
export const hostileKey: fc.Arbitrary<string> = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  '$where',
  '$set',
  'a.b',
  '',
  '_id',
  'role',
  'id',
  'isAdmin',
  'a/b~c',
  '\u0000',
  '\ud800',
  'x'.repeat(5_000),
);

/** Path segments as sent: encoded, partly encoded or not at all. */
export const hostileSegment: fc.Arbitrary<string> = fc.constantFrom(
  '..',
  '../',
  '%2e%2e%2f',
  '..%2f..%2f..%2fetc%2fpasswd',
  '%00',
  'a%00b',
  '%ff',
  '%c0%af',
  '%',
  '%zz',
  '%E2%82',
  '%u0041',
  '.',
  '',
  '//',
  '\\',
  '*',
  ':productId',
  '{id}',
  '[object Object]'.replaceAll(' ', '%20'),
  'null',
  'undefined',
  'NaN',
  '-1',
  '0',
  '1e309',
  '$where',
  '__proto__',
  'constructor',
  'x'.repeat(5_000),
  '%F0%9F%A6%8A',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  'g0000000-0000-7000-8000-000000000000',
  '\u00e9\u00ff',
  ';a=b',
  '%0d%0aset-cookie:%20x=1',
  '%3Fa=b',
  '%23',
);

/** Header values, as far as an HTTP client can send them. */
export const hostileHeaderValue: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\t',
    ',',
    ', ,',
    'null',
    '0',
    '-1',
    '1e309',
    '{"$ne":null}',
    '__proto__',
    'a b',
    'a,b',
    'x'.repeat(255),
    'x'.repeat(256),
    'x'.repeat(4_000),
    '\u00ff\u00fe\u0080',
    '"',
    "';--",
    '$(id)',
  ),
  fc.string({
    unit: fc
      .integer({ min: 0x20, max: 0xff })
      .filter((code) => code !== 0x7f)
      .map((code) => String.fromCharCode(code)),
    maxLength: 64,
  }),
);
