/** The MongoDB wire protocol: OP_MSG, and OP_QUERY for the first `hello` of a connection. */
import { MalformedBsonError, RawDocument } from './raw-document';

export const OP_REPLY = 1;
export const OP_QUERY = 2004;
export const OP_MSG = 2013;

const HEADER_BYTES = 16;
const FLAG_CHECKSUM_PRESENT = 1 << 0;
const FLAG_MORE_TO_COME = 1 << 1;
const FLAG_EXHAUST_ALLOWED = 1 << 16;
/** MongoDB's limit of 48,000,000 bytes, and room for the header. */
export const MESSAGE_BYTES_MAX = 48_000_000 + 16_384;

/** One command as received. */
export interface WireRequest {
  readonly requestId: number;
  readonly opCode: typeof OP_MSG | typeof OP_QUERY;
  readonly body: RawDocument;
  /** The document sequence (`documents`, `updates` or `deletes`), concatenated as received. */
  readonly sequence: Buffer | null;
  /** The client wants no reply (`w: 0`). */
  readonly isAnswerUnwanted: boolean;
  /** The client accepts several replies to this request (exhaust). */
  readonly mayStream: boolean;
}

function parseMessage(message: Buffer, requestId: number): WireRequest {
  const flags = message.readUInt32LE(HEADER_BYTES);
  const end = message.length - (flags & FLAG_CHECKSUM_PRESENT ? 4 : 0);
  let offset = HEADER_BYTES + 4;
  let body: RawDocument | undefined;
  let sequence: Buffer | null = null;
  while (offset < end) {
    const kind = message.readUInt8(offset);
    const start = offset + 1;
    const sectionEnd = start + message.readInt32LE(start);
    if (sectionEnd > end || sectionEnd <= start) {
      throw new MalformedBsonError('A message section has the wrong length.');
    }
    if (kind === 0) {
      body = new RawDocument(message.subarray(start, sectionEnd));
    } else if (kind === 1) {
      const identifierEnd = message.indexOf(0, start + 4) + 1;
      sequence = message.subarray(identifierEnd, sectionEnd);
    } else {
      throw new MalformedBsonError(`A message section has the unknown kind ${kind}.`);
    }
    offset = sectionEnd;
  }
  if (body === undefined) {
    throw new MalformedBsonError('A message has no body.');
  }
  return {
    ...{ requestId, opCode: OP_MSG, body, sequence },
    isAnswerUnwanted: (flags & FLAG_MORE_TO_COME) !== 0,
    mayStream: (flags & FLAG_EXHAUST_ALLOWED) !== 0,
  };
}

function parseQuery(message: Buffer, requestId: number): WireRequest {
  const nameEnd = message.indexOf(0, HEADER_BYTES + 4) + 1;
  const start = nameEnd + 8;
  const body = new RawDocument(message.subarray(start, start + message.readInt32LE(start)));
  return {
    ...{ requestId, opCode: OP_QUERY, body, sequence: null },
    isAnswerUnwanted: false,
    mayStream: false,
  };
}

/** @throws {MalformedBsonError} If the message is of an unknown kind or damaged. */
export function parseRequest(message: Buffer): WireRequest {
  const requestId = message.readInt32LE(4);
  const opCode = message.readInt32LE(12);
  switch (opCode) {
    case OP_MSG:
      return parseMessage(message, requestId);
    case OP_QUERY:
      return parseQuery(message, requestId);
    default:
      throw new MalformedBsonError(`The operation code ${opCode} is not supported.`);
  }
}

let lastReplyId = 0;

/**
 * Frames a reply as the request's kind expects it.
 * @param moreToCome Another reply to the same request follows; OP_MSG only.
 */
export function encodeReply(request: WireRequest, document: Buffer, moreToCome = false): Buffer {
  lastReplyId = (lastReplyId + 1) | 0;
  const prefixBytes = request.opCode === OP_MSG ? 5 : 20;
  const reply = Buffer.alloc(HEADER_BYTES + prefixBytes + document.length);
  reply.writeInt32LE(reply.length, 0);
  reply.writeInt32LE(lastReplyId, 4);
  reply.writeInt32LE(request.requestId, 8);
  reply.writeInt32LE(request.opCode === OP_MSG ? OP_MSG : OP_REPLY, 12);
  if (moreToCome) {
    reply.writeUInt32LE(FLAG_MORE_TO_COME, HEADER_BYTES);
  }
  if (request.opCode === OP_QUERY) {
    // Flag 8 (await capable), no cursor, starting from 0, one document.
    reply.writeInt32LE(8, HEADER_BYTES);
    reply.writeInt32LE(1, HEADER_BYTES + 16);
  }
  document.copy(reply, HEADER_BYTES + prefixBytes);
  return reply;
}

/**
 * Splits a TCP stream into messages. Call it with each chunk; it returns the messages completed by
 * it.
 */
export function createMessageSplitter(): (chunk: Buffer) => Buffer[] {
  let parts: Buffer[] = [];
  let bytesHeld = 0;
  return (chunk) => {
    parts.push(chunk);
    bytesHeld += chunk.length;
    const messages: Buffer[] = [];
    while (bytesHeld >= HEADER_BYTES) {
      const first = parts[0];
      if (first === undefined || first.length < 4) {
        parts = [Buffer.concat(parts)];
        continue;
      }
      const length = first.readInt32LE(0);
      if (length < HEADER_BYTES || length > MESSAGE_BYTES_MAX) {
        throw new MalformedBsonError(`A message claims a length of ${length} bytes.`);
      }
      if (bytesHeld < length) {
        break;
      }
      const held = parts.length === 1 ? first : Buffer.concat(parts);
      messages.push(held.subarray(0, length));
      bytesHeld -= length;
      parts = bytesHeld > 0 ? [held.subarray(length)] : [];
    }
    return messages;
  };
}
