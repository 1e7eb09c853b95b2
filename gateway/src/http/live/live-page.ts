import type { RequestHandler } from 'express';
import { serveDocuments } from '../static-documents';
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

const addPolicy: RequestHandler = (req, res, next) => {
  if (req.path === '/') res.set('content-security-policy', POLICY);
  next();
};

/** Serves the live sale page and its files. They are read once, when the gateway starts. */
export const createLivePage = (): readonly RequestHandler[] => {
  const files = readLiveFiles();
  return [addPolicy, serveDocuments(LIVE_PATH, (path) => files.get(path))];
};
