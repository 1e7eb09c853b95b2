/**
 * Reads top-level fields of a BSON document in place. Commands reach the engine as the bytes that
 * were received; only the few fields that decide how to handle them are read.
 */

const TYPE_DOUBLE = 0x01;
const TYPE_STRING = 0x02;
const TYPE_DOCUMENT = 0x03;
const TYPE_ARRAY = 0x04;
const TYPE_BINARY = 0x05;
const TYPE_BOOLEAN = 0x08;
const TYPE_INT32 = 0x10;
const TYPE_INT64 = 0x12;

const HEADER_BYTES = 4;

/** The bytes are not a BSON document. */
export class MalformedBsonError extends Error {
  override readonly name = 'MalformedBsonError';
}

interface Field {
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

const FIXED_BYTES: Readonly<Record<number, number>> = {
  [TYPE_DOUBLE]: 8,
  6: 0, // undefined
  7: 12, // object id
  [TYPE_BOOLEAN]: 1,
  9: 8, // date
  10: 0, // null
  [TYPE_INT32]: 4,
  17: 8, // timestamp
  [TYPE_INT64]: 8,
  19: 16, // decimal128
  127: 0, // max key
  255: 0, // min key
};

function endOfCString(bytes: Buffer, start: number): number {
  const end = bytes.indexOf(0, start);
  if (end < 0) {
    throw new MalformedBsonError('A BSON string has no end.');
  }
  return end + 1;
}

function endOfValue(bytes: Buffer, type: number, start: number): number {
  const fixed = FIXED_BYTES[type];
  if (fixed !== undefined) {
    return start + fixed;
  }
  switch (type) {
    case TYPE_STRING:
    case 13: // code
    case 14: // symbol
      return start + HEADER_BYTES + bytes.readInt32LE(start);
    case TYPE_DOCUMENT:
    case TYPE_ARRAY:
    case 15: // code with scope
      return start + bytes.readInt32LE(start);
    case TYPE_BINARY:
      return start + HEADER_BYTES + 1 + bytes.readInt32LE(start);
    case 11: // regular expression
      return endOfCString(bytes, endOfCString(bytes, start));
    case 12: // database pointer
      return start + HEADER_BYTES + bytes.readInt32LE(start) + 12;
    default:
      throw new MalformedBsonError(`A BSON element has the unknown type ${type}.`);
  }
}

/** A BSON document whose fields are read on demand, without decoding it. */
export class RawDocument {
  readonly bytes: Buffer;
  /** Name of the first field, which names the command. Empty for an empty document. */
  readonly firstName: string;
  readonly #fields = new Map<string, Field>();

  /** @throws {MalformedBsonError} If lengths or types are inconsistent. */
  constructor(bytes: Buffer) {
    this.bytes = bytes;
    if (bytes.length < 5 || bytes.readInt32LE(0) !== bytes.length) {
      throw new MalformedBsonError('A BSON document has the wrong length.');
    }
    let offset = HEADER_BYTES;
    const end = bytes.length - 1;
    while (offset < end) {
      const type = bytes.readUInt8(offset);
      const start = endOfCString(bytes, offset + 1);
      const valueEnd = endOfValue(bytes, type, start);
      if (valueEnd > end) {
        throw new MalformedBsonError('A BSON element extends past the end of its document.');
      }
      this.#fields.set(bytes.toString('latin1', offset + 1, start - 1), {
        type,
        start,
        end: valueEnd,
      });
      offset = valueEnd;
    }
    this.firstName = this.#fields.keys().next().value ?? '';
  }

  has(name: string): boolean {
    return this.#fields.has(name);
  }

  string(name: string): string | undefined {
    const field = this.#fields.get(name);
    return field?.type === TYPE_STRING
      ? this.bytes.toString('utf8', field.start + HEADER_BYTES, field.end - 1)
      : undefined;
  }

  /** A number of any width. An int64 above 2^53 loses precision: see {@link RawDocument.bigint}. */
  number(name: string): number | undefined {
    const field = this.#fields.get(name);
    switch (field?.type) {
      case TYPE_INT32:
        return this.bytes.readInt32LE(field.start);
      case TYPE_DOUBLE:
        return this.bytes.readDoubleLE(field.start);
      case TYPE_INT64:
        return Number(this.bytes.readBigInt64LE(field.start));
      default:
        return undefined;
    }
  }

  bigint(name: string): bigint | undefined {
    const field = this.#fields.get(name);
    if (field?.type === TYPE_INT64) {
      return this.bytes.readBigInt64LE(field.start);
    }
    const number = this.number(name);
    return number === undefined ? undefined : BigInt(Math.trunc(number));
  }

  /** A boolean, or whether a number is not zero: as MongoDB reads flags. */
  boolean(name: string): boolean | undefined {
    const field = this.#fields.get(name);
    if (field?.type === TYPE_BOOLEAN) {
      return this.bytes.readUInt8(field.start) !== 0;
    }
    const number = this.number(name);
    return number === undefined ? undefined : number !== 0;
  }

  document(name: string): RawDocument | undefined {
    const field = this.#fields.get(name);
    return field?.type === TYPE_DOCUMENT || field?.type === TYPE_ARRAY
      ? new RawDocument(this.bytes.subarray(field.start, field.end))
      : undefined;
  }

  /** The payload of a binary value, of any subtype. */
  binary(name: string): Buffer | undefined {
    const field = this.#fields.get(name);
    return field?.type === TYPE_BINARY
      ? this.bytes.subarray(field.start + HEADER_BYTES + 1, field.end)
      : undefined;
  }

  /** The documents of an array, in order. Skips other elements. */
  documents(name: string): Buffer[] {
    const array = this.document(name);
    if (array === undefined) {
      return [];
    }
    return [...array.#fields.values()]
      .filter((field) => field.type === TYPE_DOCUMENT)
      .map((field) => array.bytes.subarray(field.start, field.end));
  }

  /** The numbers of this array, in order. Skips other elements. */
  bigints(): bigint[] {
    return [...this.#fields.keys()]
      .map((name) => this.bigint(name))
      .filter((number) => number !== undefined);
  }
}
