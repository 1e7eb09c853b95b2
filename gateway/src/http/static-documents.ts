import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { invalidRequest } from '@flashreserve/rpc';
import type { Request, RequestHandler, Response } from 'express';
import { methodNotAllowed } from './gateway-errors';
import { scopeOf } from './middleware/request-scope';

interface Compressed {
  readonly br: Buffer;
  readonly gzip: Buffer;
}

/** A document that stays the same while the gateway runs. */
export interface StaticDocument {
  readonly contentType: string;
  readonly content: Buffer;
  /** Headers beyond those that every document has. */
  readonly headers: Readonly<Record<string, string>>;
  /** Weak, because all forms of the content share it. */
  readonly etag: string;
  /** Made once, beside the event loop, when somebody asks first. */
  readonly compressed: () => Promise<Compressed>;
}

/** Half the work of the best for nearly its size: a browser waits for the first answer of a new gateway. */
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
    etag: `W/"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`,
    compressed: () => {
      compressed ??= compress(content);
      return compressed;
    },
  };
};

/** Browsers keep the files and ask whether they are still good, so that an upgrade shows at once. */
const CACHE = 'no-cache';

/** Every tag is weak, and a weak tag never matches here (RFC 9110, 13.1.1): only `*` does. */
const refuseOtherVersion = (ifMatch: string | undefined): void => {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  throw invalidRequest([{ field: '/headers/if-match', description: 'cannot be fulfilled' }]);
};

/** A document is always sent whole: a `Range` header is ignored, as RFC 9110 allows. */
const sendDocument = async (req: Request, res: Response, document: StaticDocument) => {
  refuseOtherVersion(req.get('if-match'));
  const { contentType, content, headers, etag, compressed } = document;
  res.set({ ...headers, 'cache-control': CACHE, etag, vary: 'accept-encoding' });
  if (req.fresh) {
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
 * Serves documents below a mount path, by their path there (`/` is the mount path itself), in the smallest form that the
 * client takes. The query is not looked at, so links may carry what others have added to them. Other paths go on to the
 * next handler.
 */
export const serveDocuments =
  (mountPath: string, find: (path: string) => StaticDocument | undefined): RequestHandler =>
  async (req, res, next) => {
    scopeOf(req).route = mountPath;
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.set('allow', 'GET, HEAD, OPTIONS');
      if (req.method !== 'OPTIONS') throw methodNotAllowed(req.method);
      res.status(204).end();
      return;
    }
    const document = find(req.path);
    if (document === undefined) next();
    else await sendDocument(req, res, document);
  };
