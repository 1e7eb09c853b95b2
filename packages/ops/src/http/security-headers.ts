import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';

/** For JSON responses, which no browser may render as a page. HTML pages set their own policy. */
const API_POLICY = { defaultSrc: [`'none'`], frameAncestors: [`'none'`] };

const protect = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: API_POLICY },
});

/** Helmet's headers are the same for every response, so they are computed once. */
const readHeaders = (): Readonly<Record<string, string>> => {
  const req = new IncomingMessage(new Socket());
  const res = new ServerResponse(req);
  protect(req, res, (error?: unknown) => {
    if (error !== undefined) throw error;
  });
  return Object.fromEntries(
    Object.entries(res.getHeaders()).map(([name, value]) => [name, String(value)]),
  );
};

/**
 * Security headers for browsers, sent with every response of every HTTP server. HTML pages replace
 * the content security policy with their own.
 */
export const SECURITY_HEADERS = readHeaders();
