import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { invalidRequest } from '@flashreserve/rpc';
import type { Request, RequestHandler, Response } from 'express';
import { etagOf, isUnchanged } from './etag';
import { methodNotAllowed } from './gateway-errors';
import { scopeOf } from './middleware/request-scope';

interface Compressed {
  readonly br: Buffer;
  readonly gzip: Buffer;
}

/** A document that never changes while the gateway runs. */
export interface StaticDocument {
  readonly contentType: string;
  readonly content: Buffer;
  /** Headers beyond the common ones. */
  readonly headers: Readonly<Record<string, string>>;
  /** Weak, because all encodings of the content share it. */
  readonly etag: string;
  /** Compressed once, at the first request and off the event loop. */
  readonly compressed: () => Promise<Compressed>;
}

/** Nearly the best size for half the work: the first browser waits for the compression. */
const BROTLI_QUALITY = 6;
const toBrotli = promisify(brotliCompress);
const toGzip = promisify(gzip);

const compress = async (content: Buffer): Promise<Compressed> => {
  const params = { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY };
  const [br, gzipped] = await Promise.all([toBrotli(content, { params }), toGzip(content)]);
  return { br, gzip: gzipped };
};

export const createStaticDocument = (
  contentType: string,
  content: Buffer,
  headers: Readonly<Record<string, string>> = {},
): StaticDocument => {
  let compressed: Promise<Compressed> | undefined;
  return {
    contentType,
    content,
    headers,
    etag: `W/${etagOf(content)}`,
    compressed: () => {
      compressed ??= compress(content);
      return compressed;
    },
  };
};

/** Browsers cache the files but revalidate them, so that an upgrade is visible at once. */
const CACHE = 'no-cache';

/** All ETags are weak, and weak ETags never match `If-Match` (RFC 9110, 13.1.1): only `*` does. */
const refuseOtherVersion = (ifMatch: string | undefined): void => {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  throw invalidRequest([{ field: '/headers/if-match', description: 'cannot be fulfilled' }]);
};

/** Always sends the whole document: `Range` is ignored, as RFC 9110 allows. */
const sendDocument = async (req: Request, res: Response, document: StaticDocument) => {
  refuseOtherVersion(req.get('if-match'));
  const { contentType, content, headers, etag, compressed } = document;
  res.set({ ...headers, 'cache-control': CACHE, etag, vary: 'accept-encoding' });
  if (isUnchanged(req.get('if-none-match'), etag)) {
    res.status(304).end();
    return;
  }
  const accepted = req.acceptsEncodings();
  const encoding = (['br', 'gzip'] as const).find((name) => accepted.includes(name));
  const body = encoding === undefined ? content : (await compressed())[encoding];
  if (encoding !== undefined) res.set('content-encoding', encoding);
  res.set({ 'content-type': contentType, 'content-length': String(body.length) });
  res.status(200).end(body);
};

/**
 * Serves documents by their path below a mount path (`/` is the mount path itself), in the smallest
 * encoding that the client accepts. The query is ignored, so links may have added parameters. Other
 * paths go to the next handler, whatever the method.
 */
export const serveDocuments =
  (mountPath: string, find: (path: string) => StaticDocument | undefined): RequestHandler =>
  async (req, res, next) => {
    scopeOf(req).route = mountPath;
    const document = find(req.path);
    if (document === undefined) {
      next();
      return;
    }
    if (req.method === 'GET' || req.method === 'HEAD') {
      await sendDocument(req, res, document);
      return;
    }
    res.set('allow', 'GET, HEAD, OPTIONS');
    if (req.method !== 'OPTIONS') throw methodNotAllowed(req.method);
    res.status(204).end();
  };

/** Serves a fixed set of files, by their path below a mount path; see `serveDocuments`. */
export const serveFiles = (
  mountPath: string,
  files: ReadonlyMap<string, Pick<StaticDocument, 'contentType' | 'content'>>,
): RequestHandler => {
  const documents = new Map(
    [...files].map(([path, { contentType, content }]) => [
      path,
      createStaticDocument(contentType, content),
    ]),
  );
  return serveDocuments(mountPath, (path) => documents.get(path));
};
