import type { IncomingMessage } from 'node:http';
import { crossSiteRequest } from '../gateway-errors';

/** What browsers say about requests that a page of ours or the user itself has caused. */
const OWN_SITES: ReadonlySet<string | string[] | undefined> = new Set([
  undefined,
  'same-origin',
  'none',
]);

/**
 * Second line behind SameSite=Strict cookies. Clients that are no browsers do not send the header.
 *
 * @throws DomainError CROSS_SITE_REQUEST
 */
export const refuseCrossSite = (req: IncomingMessage): void => {
  if (!OWN_SITES.has(req.headers['sec-fetch-site'])) throw crossSiteRequest();
};
