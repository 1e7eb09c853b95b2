import type { IncomingMessage } from 'node:http';
import { isLocalHost } from '@flashreserve/ops';
import { crossSiteRequest, hostNotAllowed } from '../gateway-errors';

/** Values of `Sec-Fetch-Site` for requests caused by a page of this origin or by the user. */
const OWN_SITES: ReadonlySet<string | string[] | undefined> = new Set([
  undefined,
  'same-origin',
  'none',
]);

/** Second line of defence behind SameSite=Strict cookies, for routes that accept a cookie. */
export interface SiteGuard {
  /**
   * Allows only requests for a local host name or the host of PUBLIC_URL, as a protection against
   * DNS rebinding.
   *
   * @throws DomainError HOST_NOT_ALLOWED
   */
  readonly refuseForeignHost: (req: IncomingMessage) => void;
  /**
   * Rejects requests that a page of another site caused, by `Origin` or by `Sec-Fetch-Site`.
   * Clients other than browsers send neither.
   *
   * @throws DomainError HOST_NOT_ALLOWED, CROSS_SITE_REQUEST
   */
  readonly refuseCrossSite: (req: IncomingMessage) => void;
}

/** Host and port as in `Host`; undefined for `Origin: null` and invalid values. */
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
      // Behind a proxy that rewrites `Host`, pages come from the public host.
      const isOwn = from !== undefined && (from === host?.toLowerCase() || from === publicHost);
      if (!isOwn) throw crossSiteRequest();
    },
  };
};
