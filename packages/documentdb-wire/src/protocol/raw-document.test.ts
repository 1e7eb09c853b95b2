import { Binary, Decimal128, Long, ObjectId, serialize, Timestamp } from 'bson';
import { MalformedBsonError, RawDocument } from './raw-document';

function rawOf(document: Record<string, unknown>): RawDocument {
  return new RawDocument(Buffer.from(serialize(document)));
}

test('reads the fields that decide about a command, whatever stands between them', () => {
  const raw = rawOf({
    update: 'stöck',
    id: new ObjectId(),
    price: Decimal128.fromString('1.5'),
    at: new Date(),
    pattern: /x.*y/i,
    clusterTime: new Timestamp(1n),
    nothing: null,
    ordered: false,
    autocommit: 0,
    txnNumber: Long.fromString('9007199254740993'),
    maxTimeMS: 250,
    ratio: 0.5,
    lsid: { id: new Binary(Buffer.from('0123456789abcdef'), 4) },
    updates: [{ q: {} }, { q: { _id: 1 } }],
    $db: 'shop',
  });
  expect(raw.firstName).toBe('update');
  expect(raw.string('update')).toBe('stöck');
  expect(raw.boolean('ordered')).toBe(false);
  expect(raw.boolean('autocommit')).toBe(false);
  expect(raw.bigint('txnNumber')).toBe(9_007_199_254_740_993n);
  expect(raw.number('maxTimeMS')).toBe(250);
  expect(raw.number('ratio')).toBe(0.5);
  expect(raw.document('lsid')?.binary('id')?.toString()).toBe('0123456789abcdef');
  expect(raw.documents('updates')).toHaveLength(2);
  expect(raw.string('$db')).toBe('shop');
});

test('gives undefined for a field that is missing or of another type', () => {
  const raw = rawOf({ find: 1 });
  expect(raw.string('find')).toBeUndefined();
  expect(raw.number('limit')).toBeUndefined();
  expect(raw.document('filter')).toBeUndefined();
  expect(raw.documents('pipeline')).toEqual([]);
});

test('refuses bytes that are not one whole document', () => {
  const bytes = Buffer.from(serialize({ find: 'things' }));
  const longer = Buffer.concat([bytes, Buffer.from([0])]);
  const wrongType = Buffer.from(bytes);
  wrongType.writeUInt8(99, 4);
  const wrongLength = Buffer.from(bytes);
  wrongLength.writeInt32LE(1000, bytes.indexOf('things') - 4);
  for (const damaged of [Buffer.alloc(0), bytes.subarray(0, 8), longer, wrongType, wrongLength]) {
    expect(() => new RawDocument(damaged)).toThrow(MalformedBsonError);
  }
});
