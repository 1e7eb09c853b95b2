import { deserialize, serialize } from 'bson';
import { createMessageSplitter, encodeReply, OP_MSG, OP_QUERY, parseRequest } from './message';

const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;

function header(opCode: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const message = Buffer.alloc(16);
  message.writeInt32LE(16 + body.length, 0);
  message.writeInt32LE(7, 4);
  message.writeInt32LE(opCode, 12);
  return Buffer.concat([message, body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

const COMMAND = Buffer.from(serialize({ insert: 'things', $db: 'shop' }));
const DOCUMENTS = Buffer.concat([serialize({ _id: 1 }), serialize({ _id: 2 })]);

function opMsg(flags: number): Buffer {
  const identifier = Buffer.from('documents\0');
  const sequence = Buffer.concat([
    int32(4 + identifier.length + DOCUMENTS.length),
    identifier,
    DOCUMENTS,
  ]);
  const checksum = flags & CHECKSUM_PRESENT ? [int32(123)] : [];
  const sections = [Buffer.from([1]), sequence, Buffer.from([0]), COMMAND];
  return header(OP_MSG, [int32(flags), ...sections, ...checksum]);
}

test.each([0, CHECKSUM_PRESENT])('reads OP_MSG with body and sequence, flags %i', (flags) => {
  const request = parseRequest(opMsg(flags));
  expect(request.requestId).toBe(7);
  expect(request.body.firstName).toBe('insert');
  expect(request.sequence).toEqual(DOCUMENTS);
  expect(request.isAnswerUnwanted).toBe(false);
});

test('sees that no answer is wanted', () => {
  expect(parseRequest(opMsg(MORE_TO_COME)).isAnswerUnwanted).toBe(true);
});

test('reads the greeting of OP_QUERY and answers it with OP_REPLY', () => {
  const hello = Buffer.from(serialize({ ismaster: 1 }));
  const request = parseRequest(
    header(OP_QUERY, [int32(0), Buffer.from('admin.$cmd\0'), int32(0), int32(-1), hello]),
  );
  expect(request.body.firstName).toBe('ismaster');
  const reply = encodeReply(request, Buffer.from(serialize({ ok: 1 })));
  expect(reply.readInt32LE(0)).toBe(reply.length);
  expect(reply.readInt32LE(8)).toBe(7);
  expect(reply.readInt32LE(12)).toBe(1);
  expect(deserialize(reply.subarray(36))).toEqual({ ok: 1 });
});

test('refuses unknown operations and damaged sections', () => {
  expect(() => parseRequest(header(2012, [COMMAND]))).toThrow('2012');
  expect(() => parseRequest(header(OP_MSG, [int32(0)]))).toThrow('no body');
  const cut = header(OP_MSG, [int32(0), Buffer.from([0]), COMMAND.subarray(0, 10)]);
  expect(() => parseRequest(cut)).toThrow('wrong length');
});

test('cuts a stream into messages, however it arrives', () => {
  const first = opMsg(0);
  const second = opMsg(MORE_TO_COME);
  const stream = Buffer.concat([first, second, first]);
  for (const size of [1, 3, 17, first.length, stream.length]) {
    const split = createMessageSplitter();
    const messages: Buffer[] = [];
    for (let offset = 0; offset < stream.length; offset += size) {
      messages.push(...split(stream.subarray(offset, offset + size)));
    }
    expect(messages).toEqual([first, second, first]);
  }
});

test('refuses a message that claims to be too long or too short', () => {
  for (const length of [15, -1, 100_000_000]) {
    const message = opMsg(0);
    message.writeInt32LE(length, 0);
    expect(() => createMessageSplitter()(message)).toThrow(String(length));
  }
});
