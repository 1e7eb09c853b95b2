import type { RequestHandler } from 'express';
import { methodNotAllowed } from '../gateway-errors';
import { scopeOf } from '../middleware/request-scope';
import { readLiveFiles } from './live-files';

export const LIVE_PATH = '/live';

/**
 * Scripts, styles, pictures and requests of this origin only, nothing inline, no text that becomes HTML or code. A form that
 * is sent before the scripts run goes nowhere, so that no password ends up in an address.
 */
const POLICY = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self'`,
  `img-src 'self'`,
  `connect-src 'self'`,
  `form-action 'none'`,
  `base-uri 'none'`,
  `frame-ancestors 'none'`,
  `require-trusted-types-for 'script'`,
  `trusted-types 'none'`,
].join('; ');

/** Browsers keep the files and ask whether they are still good, so that an upgrade shows at once. */
const CACHE = 'no-cache';

/** Serves the live sale page and its files. They are read once, when the gateway starts. */
export const createLivePage = (): readonly RequestHandler[] => {
  const files = readLiveFiles();
  const serve: RequestHandler = (req, res, next) => {
    scopeOf(req).route = LIVE_PATH;
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.set('allow', 'GET, HEAD, OPTIONS');
      if (req.method !== 'OPTIONS') throw methodNotAllowed(req.method);
      res.status(204).end();
      return;
    }
    const file = files.get(req.path);
    if (file === undefined) {
      next();
      return;
    }
    const { contentType, content, gzipped, etag } = file;
    if (req.path === '/') res.set('content-security-policy', POLICY);
    res.set({ 'cache-control': CACHE, etag, vary: 'accept-encoding' });
    if (req.fresh) {
      res.status(304).end();
      return;
    }
    const zipped = req.acceptsEncodings('gzip') === 'gzip';
    const body = zipped ? gzipped : content;
    if (zipped) res.set('content-encoding', 'gzip');
    res.set({ 'content-type': contentType, 'content-length': String(body.length) });
    res.status(200).end(body);
  };
  return [serve];
};
