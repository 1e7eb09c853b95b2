import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { startTimer, waitForClient } from '@flashreserve/ops';
import { DomainError, overloaded, requestTimeout } from '@flashreserve/rpc';
import { BOUNDS } from '../../limits/bounds';
import { bodyTooLarge, unreadableBody, unsupportedMediaType } from '../gateway-errors';

/** Parses the bytes of a body. */
export type BodyParser = (req: IncomingMessage, bytes: Buffer) => unknown;

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

/** Callbacks for reading a body that may not have arrived yet. */
interface Reading {
  readonly onBytes: (count: number) => void;
  /** Aborts at the deadline of the body. */
  readonly late?: AbortSignal;
}

/** Collects a stream; stops at once when it exceeds the size limit or the deadline. */
const collect = (source: Readable, { onBytes, late }: Reading): Promise<Buffer> =>
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
      stop(bodyTooLarge());
    };
    const stop = (error: DomainError): void => {
      source.off('data', take);
      reject(error);
    };
    late?.addEventListener('abort', () => stop(requestTimeout()), { once: true });
    source.on('data', take);
    source.once('end', () => {
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
    });
    source.once('error', reject);
  });

/** An aborted body is the client's doing, not an error of the gateway. */
const readPlain = (req: IncomingMessage, reading: Reading): Promise<Buffer> =>
  collect(req, reading).catch((error: unknown) => {
    throw error instanceof DomainError ? error : brokenOff(error);
  });

const readCompressed = async (
  req: IncomingMessage,
  encoding: keyof typeof DECOMPRESSORS,
  reading: Reading,
): Promise<Buffer> => {
  const decompressor = DECOMPRESSORS[encoding]();
  let isGone = false;
  req.once('error', (error) => {
    isGone = true;
    decompressor.destroy(error);
  });
  try {
    return await collect(req.pipe(decompressor), reading);
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw isGone ? brokenOff(error) : unreadableBody('cannot be decompressed');
  } finally {
    req.unpipe(decompressor);
    decompressor.destroy();
  }
};

const UNCOUNTED: Reading = { onBytes: () => undefined };
const NO_BYTES = Buffer.alloc(0);

/**
 * The bytes of a body that has arrived and is not compressed, without the events of a stream;
 * undefined for any other, which `readBodyBytes` reads.
 *
 * @throws DomainError BODY_TOO_LARGE
 */
export const takeBodyBytes = (req: IncomingMessage): Buffer | undefined => {
  if (!req.complete || req.headers['content-encoding'] !== undefined) return undefined;
  const bytes: Buffer = req.read() ?? NO_BYTES;
  if (bytes.length > BOUNDS.bodyBytesMax) throw bodyTooLarge();
  return bytes;
};

/**
 * Reads a request's body that `takeBodyBytes` leaves. While it waits for the client, the request
 * does not occupy a slot. The wait ends at the deadline; a body that has arrived already costs no
 * timer.
 *
 * @throws DomainError BODY_TOO_LARGE at once, also for a declared length; UNSUPPORTED_MEDIA_TYPE
 *   for an unknown compression; INVALID_REQUEST for corrupt compression; OVERLOADED if no slot is
 *   free after the wait; REQUEST_TIMEOUT if the body is incomplete at the deadline, which closes
 *   the connection after the response
 */
export const readBodyBytes = async (
  req: IncomingMessage,
  res: ServerResponse,
  deadline: Date,
): Promise<Buffer> => {
  const { 'content-length': length, 'content-encoding': given = 'identity' } = req.headers;
  const encoding = given.toLowerCase();
  if (Number(length) > BOUNDS.bodyBytesMax) throw bodyTooLarge();
  const read = (reading: Reading): Promise<Buffer> => {
    if (encoding === 'identity') return readPlain(req, reading);
    if (!isCompression(encoding)) throw unsupportedMediaType();
    return readCompressed(req, encoding, reading);
  };
  if (req.complete) return read(UNCOUNTED);
  const wait = waitForClient(res);
  const late = new AbortController();
  const stopTimer = startTimer(deadline.getTime() - Date.now(), () => {
    res.shouldKeepAlive = false;
    late.abort();
  });
  let hasPlace = false;
  try {
    const bytes = await read({ onBytes: wait.add, late: late.signal });
    hasPlace = wait.end();
    if (hasPlace) return bytes;
    throw overloaded();
  } finally {
    stopTimer();
    if (!hasPlace) {
      wait.end();
      // Drains the rest of the body, so that the client gets to read the response.
      req.resume();
    }
  }
};
