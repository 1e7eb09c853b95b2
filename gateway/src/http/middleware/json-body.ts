import { invalidRequest } from '@flashreserve/rpc';
import { BOUNDS } from '../../limits/bounds';
import { unreadableBody, unsupportedMediaType } from '../gateway-errors';
import type { BodyParser } from './body-bytes';

const JSON_TYPE = /^application\/json\s*(;\s*charset\s*=\s*"?utf-?8"?\s*)?;?\s*$/i;

const utf8 = new TextDecoder('utf-8', { fatal: true });

const decodeUtf8 = (bytes: Buffer): string => {
  try {
    return utf8.decode(bytes);
  } catch {
    // Replacing invalid bytes would store something the client never sent.
    throw unreadableBody('is not valid UTF-8');
  }
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadableBody('is not valid JSON');
  }
};

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);

/** Index of the end of the string that begins at `start`. */
const endOfString = (bytes: Buffer, start: number): number => {
  for (let index = start + 1; index < bytes.length; index += 1) {
    if (bytes[index] === BACKSLASH) index += 1;
    else if (bytes[index] === QUOTE) return index;
  }
  return bytes.length;
};

/**
 * Rejects bodies with too many values before they are parsed and validated, which would block the
 * event loop for tens of milliseconds. An array or object counts as one, plus one for each comma.
 */
const refuseManyValues = (bytes: Buffer): void => {
  // Each value takes at least two bytes.
  if (bytes.length <= 2 * BOUNDS.bodyValuesMax) return;
  let values = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === QUOTE) index = endOfString(bytes, index);
    else if (byte === COMMA || OPENING.has(byte)) values += 1;
    if (values > BOUNDS.bodyValuesMax) {
      throw unreadableBody(`must not have more than ${BOUNDS.bodyValuesMax} values in all`);
    }
  }
};

const escapePointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/**
 * Rejects what schemas cannot describe well: nesting deeper than any schema, and keys that would
 * reach an object's prototype if the body were ever copied carelessly. Not recursive, because the
 * input controls the depth.
 */
const refuseHostileShape = (body: unknown): void => {
  const waiting = [{ value: body, pointer: '', depth: 1 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, pointer, depth } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > BOUNDS.bodyDepthMax) throw unreadableBody('is nested too deeply');
    for (const [key, child] of Object.entries(value)) {
      const childPointer = `${pointer}/${escapePointer(key)}`;
      if (key === '__proto__') {
        throw invalidRequest([{ field: childPointer, description: 'is not a known field' }]);
      }
      waiting.push({ value: child, pointer: childPointer, depth: depth + 1 });
    }
  }
};

/**
 * Parses the JSON of a request's body; undefined if there is none.
 *
 * @throws DomainError UNSUPPORTED_MEDIA_TYPE; INVALID_REQUEST if the body is not JSON in UTF-8 or
 *   has too many values
 */
export const parseJsonBody: BodyParser = (req, bytes) => {
  if (bytes.length === 0) return undefined;
  if (!JSON_TYPE.test(req.headers['content-type'] ?? '')) throw unsupportedMediaType();
  refuseManyValues(bytes);
  const body = parseJson(decodeUtf8(bytes));
  refuseHostileShape(body);
  return body;
};
