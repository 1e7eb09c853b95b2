import type { RequestHandler } from 'express';
import { serveDocuments } from '../static-documents';
import { readLiveFiles } from './live-files';

export const LIVE_PATH = '/live';

/**
 * Allows scripts, styles, images and requests of this origin only, nothing inline, and no text that
 * becomes HTML or code. Forms cannot be submitted natively before the scripts run, so that no
 * password ends up in a URL.
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

const addPolicy: RequestHandler = (req, res, next) => {
  if (req.path === '/') res.set('content-security-policy', POLICY);
  next();
};

/** Serves the live sale page and its files, which are read once, at start. */
export const createLivePage = (): readonly RequestHandler[] => {
  const files = readLiveFiles();
  return [addPolicy, serveDocuments(LIVE_PATH, (path) => files.get(path))];
};
