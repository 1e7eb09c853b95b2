import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';

/** For JSON: no browser may make a page of it. Pages bring a policy of their own. */
const API_POLICY = { defaultSrc: [`'none'`], frameAncestors: [`'none'`] };

const protect = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: API_POLICY },
});

/** What helmet sets is the same for every answer, so it is asked once. */
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
 * Headers that tell browsers to be careful with an answer: every HTTP server of ours sends them with whatever it answers.
 * Pages replace the content security policy by one of their own.
 */
export const SECURITY_HEADERS = readHeaders();
