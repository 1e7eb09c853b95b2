import fc from 'fast-check';
import { Enum, type Field, Type } from 'protobufjs';

/** Existing values, by name of the field. */
export type KnownFields = Readonly<Record<string, fc.Arbitrary<unknown>>>;

const INT32 = [0, 1, -1, 2, 20, 100, 101, 501, 2_147_483_647, -2_147_483_648];
const INT64 = [
  '0',
  '1',
  '-1',
  '2',
  '100',
  '101',
  '2147483648',
  '4294967297',
  '9007199254740991',
  '9007199254740992',
  '-9007199254740993',
  '9223372036854775807',
  '-9223372036854775808',
];
const TEXTS = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\u202eevil',
  '$where',
  '{"$ne":null}',
  '__proto__',
  'constructor',
  '../..',
  'x'.repeat(129),
  'x'.repeat(1_025),
  'ä'.repeat(50_000),
  '🦊',
  'e30',
  'bnVsbA',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '{id}',
];

/**
 * Times at every boundary of the types that they pass through; none within the duration of a run.
 */
const SECONDS = [
  '0',
  '-1',
  '1',
  '253402300799',
  '253402300800',
  '-62135596801',
  '8640000000000',
  '8640000000001',
  '9007199254740992',
  '9223372036854775807',
  '-9223372036854775808',
];
const NANOS = [0, 1, 999_999_999, 1_000_000_000, -1, 2_147_483_647, -2_147_483_648];

const scalar = (field: Field): fc.Arbitrary<unknown> => {
  if (field.resolvedType instanceof Enum)
    return fc.constantFrom(0, 1, 2, 3, 4, 5, 99, -1, 2_147_483_647);
  switch (field.type) {
    case 'int32':
      return fc.constantFrom(...INT32);
    case 'int64':
      return fc.constantFrom(...INT64);
    case 'bool':
      return fc.boolean();
    default:
      return fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...TEXTS) },
        { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
      );
  }
};

const SPANS: ReadonlySet<string> = new Set([
  '.google.protobuf.Timestamp',
  '.google.protobuf.Duration',
]);

/** Lists are short, or just over a limit. */
const COUNTS = [0, 21, 101, 257, 501, 1_001];

const repeated = (value: fc.Arbitrary<unknown>): fc.Arbitrary<readonly unknown[]> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.array(value, { minLength: 1, maxLength: 3 }) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(value, fc.constantFrom(...COUNTS))
        .map(([one, count]) => Array.from({ length: count }, () => one)),
    },
  );

/** Maps have text as keys; a few entries, or just over a limit. */
const mapOf = (value: fc.Arbitrary<unknown>): fc.Arbitrary<Readonly<Record<string, unknown>>> =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .array(fc.tuple(fc.constantFrom(...TEXTS), value), { maxLength: 3 })
        .map((entries) => Object.fromEntries(entries)),
    },
    {
      weight: 1,
      arbitrary: value.map((one) =>
        Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`key ${index}`, one])),
      ),
    },
  );

const several = (field: Field, value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => {
  if (field.map) return mapOf(value);
  return field.repeated ? repeated(value) : value;
};

/**
 * Messages of a type, created by protobufjs from objects: valid, invalid, extreme or incomplete.
 */
export const messageOf = (
  type: Type,
  known: KnownFields,
): fc.Arbitrary<Record<string, unknown>> => {
  if (SPANS.has(type.fullName)) {
    return fc.record({ seconds: fc.constantFrom(...SECONDS), nanos: fc.constantFrom(...NANOS) });
  }
  const fields = type.fieldsArray.map((field) => {
    const { resolvedType } = field;
    const any = resolvedType instanceof Type ? messageOf(resolvedType, known) : scalar(field);
    const good = known[field.name];
    const value =
      good === undefined
        ? any
        : fc.oneof({ weight: 6, arbitrary: good }, { weight: 1, arbitrary: any });
    return [field.name, several(field, value)] as const;
  });
  return fc.oneof(
    { weight: 6, arbitrary: fc.record(Object.fromEntries(fields)) },
    { weight: 1, arbitrary: fc.record(Object.fromEntries(fields), { requiredKeys: [] }) },
  );
};

/** Damage to the bytes of a message. */
const damage = fc.oneof(
  fc.record({
    kind: fc.constant('flip' as const),
    at: fc.nat(),
    bits: fc.integer({ min: 1, max: 255 }),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), bits: fc.constant(0) }),
  fc.record({ kind: fc.constant('twice' as const), at: fc.constant(0), bits: fc.constant(0) }),
);

const encode = (type: Type, message: Record<string, unknown>): Buffer =>
  Buffer.from(type.encode(type.fromObject(message)).finish());

/** Bytes of requests: valid messages, damaged messages, and arbitrary bytes. */
export const requestBytes = (type: Type, known: KnownFields): fc.Arbitrary<Buffer> => {
  const whole = messageOf(type, known).map((message) => encode(type, message));
  const damaged = fc.tuple(whole, damage).map(([bytes, { kind, at, bits }]) => {
    if (bytes.length === 0) return bytes;
    const place = at % bytes.length;
    if (kind === 'twice') return Buffer.concat([bytes, bytes]);
    if (kind === 'cut') return bytes.subarray(0, place);
    const copy = Buffer.from(bytes);
    copy[place] = (copy[place] ?? 0) ^ bits;
    return copy;
  });
  return fc.oneof(
    { weight: 12, arbitrary: whole },
    { weight: 3, arbitrary: damaged },
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(1_000_000, 1_048_577, 3_000_000)
        .map((size) => Buffer.alloc(size, 0x0a)),
    },
  );
};
