import type { RequestHandler } from 'express';
import type { PageFile } from './page-files';
import { COMMON, LIVE_PATH } from './route';

/**
 * Serves files by their path below a mount path (`/` is the mount path itself) to GET and HEAD,
 * compressed and with ETags. Requests for other paths go to the next handler.
 */
export type ServeFiles = (
  mountPath: string,
  files: ReadonlyMap<string, PageFile>,
) => RequestHandler;

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

/** Describes the page and all files below it. */
export const createPageRoute = (serveFiles: ServeFiles, files: ReadonlyMap<string, PageFile>) => ({
  ...COMMON,
  path: LIVE_PATH,
  operationId: 'getLivePage',
  summary: 'Live sale page',
  description:
    'A browser page that shows the stock live, and can reserve (without an account as a guest), confirm and cancel. Administrators can also create products and adjust their stock. `LIVE_PAGE=false` disables it.',
  request: {},
  responses: { 200: { description: 'An HTML page.', mediaType: 'text/html' as const } },
  middleware: [addPolicy, serveFiles(LIVE_PATH, files)],
});

export type PageRoute = ReturnType<typeof createPageRoute>;
