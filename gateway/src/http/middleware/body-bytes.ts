import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { DomainError, overloaded } from '@flashreserve/platform/errors';
import { waitForClient } from '@flashreserve/platform/http';
import { BOUNDS } from '../../limits/bounds';
import { bodyTooLarge, unreadableBody, unsupportedMediaType } from '../gateway-errors';

const brokenOff = (cause: unknown): DomainError =>
  new DomainError({
    kind: 'cancelled',
    reason: 'CLIENT_CLOSED_REQUEST',
    message: 'The client closed the request.',
    cause,
  });

const DECOMPRESSORS = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
} as const;

const isCompression = (encoding: string): encoding is keyof typeof DECOMPRESSORS =>
  Object.hasOwn(DECOMPRESSORS, encoding);

/** Collects a stream; over the limit it stops at once, however much is still to come. */
const collect = (source: Readable, onBytes: (count: number) => void): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let total = 0;
    const take = (chunk: Buffer): void => {
      total += chunk.length;
      onBytes(chunk.length);
      if (total <= BOUNDS.bodyBytesMax) {
        chunks.push(chunk);
        return;
      }
      source.off('data', take);
      reject(bodyTooLarge());
    };
    source.on('data', take);
    source.once('end', () => {
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
    });
    source.once('error', reject);
  });

/** A body that breaks off is no error of ours to tell. */
const readPlain = (req: IncomingMessage, onBytes: (count: number) => void): Promise<Buffer> =>
  collect(req, onBytes).catch((error: unknown) => {
    throw error instanceof DomainError ? error : brokenOff(error);
  });

const readCompressed = async (
  req: IncomingMessage,
  encoding: keyof typeof DECOMPRESSORS,
  onBytes: (count: number) => void,
): Promise<Buffer> => {
  const decompressor = DECOMPRESSORS[encoding]();
  let isGone = false;
  req.once('error', (error) => {
    isGone = true;
    decompressor.destroy(error);
  });
  try {
    return await collect(req.pipe(decompressor), onBytes);
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw isGone ? brokenOff(error) : unreadableBody('cannot be decompressed');
  } finally {
    req.unpipe(decompressor);
    decompressor.destroy();
  }
};

const ignoreBytes = (): void => undefined;

/**
 * Reads a request's body. While it has to wait for its client, the request takes no place from others.
 *
 * @throws DomainError BODY_TOO_LARGE at once, also for a length that is only declared; UNSUPPORTED_MEDIA_TYPE for an
 * unknown compression; INVALID_REQUEST for a broken one; OVERLOADED when there is no place for it any more
 */
export const readBodyBytes = async (req: IncomingMessage, res: ServerResponse): Promise<Buffer> => {
  const { 'content-length': length, 'content-encoding': given = 'identity' } = req.headers;
  const encoding = given.toLowerCase();
  if (Number(length) > BOUNDS.bodyBytesMax) throw bodyTooLarge();
  const read = (onBytes: (count: number) => void): Promise<Buffer> => {
    if (encoding === 'identity') return readPlain(req, onBytes);
    if (!isCompression(encoding)) throw unsupportedMediaType();
    return readCompressed(req, encoding, onBytes);
  };
  if (req.complete) return read(ignoreBytes);
  const wait = waitForClient(res);
  let hasPlace = false;
  try {
    const bytes = await read(wait.add);
    hasPlace = wait.end();
    if (hasPlace) return bytes;
    throw overloaded();
  } finally {
    if (!hasPlace) {
      wait.end();
      // What is still to come is read and dropped, so that the client gets to read its answer.
      req.resume();
    }
  }
};
