import type { IncomingMessage } from 'node:http';
import { isLocalHost } from '@flashreserve/ops';
import { crossSiteRequest, hostNotAllowed } from '../gateway-errors';

/** What browsers say about requests that a page of ours or the user itself has caused. */
const OWN_SITES: ReadonlySet<string | string[] | undefined> = new Set([
  undefined,
  'same-origin',
  'none',
]);

/** Second line behind SameSite=Strict cookies, for what a cookie lets in. */
export interface SiteGuard {
  /**
   * Lets in requests to a private address or to the host of PUBLIC_URL only, so that a name which somebody made point here
   * (DNS rebinding) reaches nothing.
   *
   * @throws DomainError HOST_NOT_ALLOWED
   */
  readonly refuseForeignHost: (req: IncomingMessage) => void;
  /**
   * Lets in what a page of this host caused, by `Origin` and by `Sec-Fetch-Site`; either alone refuses. Clients that are no
   * browsers send neither.
   *
   * @throws DomainError HOST_NOT_ALLOWED, CROSS_SITE_REQUEST
   */
  readonly refuseCrossSite: (req: IncomingMessage) => void;
}

/** Host and port as `Host` has them; `null`, `Origin: null` and nonsense are nobody's. */
const hostOf = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host || undefined : undefined;

export const createSiteGuard = (publicUrl: string | undefined): SiteGuard => {
  const publicHost = publicUrl === undefined ? undefined : hostOf(publicUrl);
  const refuseForeignHost: SiteGuard['refuseForeignHost'] = ({ headers: { host } }) => {
    const isOwn = publicHost !== undefined && host?.toLowerCase() === publicHost;
    if (!isOwn && !isLocalHost(host)) throw hostNotAllowed();
  };
  return {
    refuseForeignHost,
    refuseCrossSite: (req) => {
      refuseForeignHost(req);
      const { origin, host } = req.headers;
      if (!OWN_SITES.has(req.headers['sec-fetch-site'])) throw crossSiteRequest();
      if (origin === undefined) return;
      const from = hostOf(origin);
      // Behind a proxy that writes a Host of its own, pages come from the public one.
      const isOwn = from !== undefined && (from === host?.toLowerCase() || from === publicHost);
      if (!isOwn) throw crossSiteRequest();
    },
  };
};
