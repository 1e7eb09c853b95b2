import type { IncomingMessage, ServerResponse } from 'node:http';
import { DomainError, invalidRequest } from '@flashreserve/platform/errors';
import { type Request, type Response, raw } from 'express';
import {
  BODY_BYTES_MAX,
  bodyTooLarge,
  unreadableBody,
  unsupportedMediaType,
} from '../gateway-errors';

/** Deepest nesting that is looked at; our own schemas need three levels. */
const DEPTH_MAX = 32;

const readRaw = raw({ type: () => true, limit: BODY_BYTES_MAX });

/** Errors of the body parser carry a `type`; those of decompression do not. */
const toBodyError = (error: unknown): DomainError => {
  const type =
    typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined;
  switch (type) {
    case 'entity.too.large':
      return bodyTooLarge();
    case 'encoding.unsupported':
      return unsupportedMediaType();
    case 'request.aborted':
      return new DomainError({
        kind: 'cancelled',
        reason: 'CLIENT_CLOSED_REQUEST',
        message: 'The client closed the request.',
        cause: error,
      });
    default:
      return unreadableBody('cannot be read: wrong length or broken compression');
  }
};

/** Reads compressed bodies, and those whose length is not known before. */
const readWithExpress = (req: IncomingMessage, res: ServerResponse): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    // The parser needs of express' own members only `body`, which it sets.
    const request = req as Request;
    readRaw(request, res as Response, (error?: unknown) => {
      if (error) reject(toBodyError(error));
      else resolve(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
    });
  });

/** Reads a plain body, which Node ends at its declared length. A body that breaks off is no error of ours to tell. */
const readPlain = (req: IncomingMessage): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.once('end', () => {
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
    });
    req.once('error', (error) => {
      reject(toBodyError(Object.assign(error, { type: 'request.aborted' })));
    });
  });

const readBytes = (req: IncomingMessage, res: ServerResponse): Promise<Buffer> => {
  const { 'content-length': length, 'content-encoding': encoding } = req.headers;
  const isPlain = encoding === undefined && Number(length) <= BODY_BYTES_MAX;
  return isPlain ? readPlain(req) : readWithExpress(req, res);
};

const JSON_TYPE = /^application\/json\s*(;\s*charset\s*=\s*"?utf-?8"?\s*)?;?\s*$/i;

const utf8 = new TextDecoder('utf-8', { fatal: true });

const decodeUtf8 = (bytes: Buffer): string => {
  try {
    return utf8.decode(bytes);
  } catch {
    // Replacing broken bytes would store something the client never sent.
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

const escapePointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/**
 * Refuses what no schema would describe well: nesting deeper than any of ours, and keys that would reach
 * an object's prototype if the body were ever copied carelessly. Walks without recursion, because the
 * input decides how deep it goes.
 */
const refuseHostileShape = (body: unknown): void => {
  const waiting = [{ value: body, pointer: '', depth: 1 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, pointer, depth } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > DEPTH_MAX) throw unreadableBody('is nested too deeply');
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
 * Reads a request's JSON body; undefined when there is none.
 *
 * @throws DomainError BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, or INVALID_REQUEST for what is not JSON in UTF-8
 */
export const readJsonBody = async (req: IncomingMessage, res: ServerResponse): Promise<unknown> => {
  const bytes = await readBytes(req, res);
  if (bytes.length === 0) return undefined;
  if (!JSON_TYPE.test(req.headers['content-type'] ?? '')) throw unsupportedMediaType();
  const body = parseJson(decodeUtf8(bytes));
  refuseHostileShape(body);
  return body;
};
