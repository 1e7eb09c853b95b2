import { checkAccess, type TokenVerifier } from '@flashreserve/identity';
import { isLocalHost } from '@flashreserve/ops';
import type { RequestHandler } from 'express';
import { crossSiteRequest, dashboardReadOnly, hostNotAllowed } from './http-errors';

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Lets the gateway in and nobody else: it has checked the administrator, and shows a service token of its own. A browser that
 * was led here by another page has no such token; its `Host` or `Origin` refuses it all the same.
 *
 * @throws DomainError HOST_NOT_ALLOWED, CROSS_SITE_REQUEST; TOKEN_MISSING, TOKEN_INVALID, TOKEN_EXPIRED or
 *   SERVICE_NOT_ALLOWED; DASHBOARD_READ_ONLY for what changes the queue unless `allowsActions`; AUTH_UNAVAILABLE
 */
export const createDashboardGuard =
  (options: {
    readonly verifier: Pick<TokenVerifier, 'authenticate'>;
    readonly allowsActions: boolean;
  }): RequestHandler =>
  async (request, _response, next) => {
    const { host, origin, authorization } = request.headers;
    if (!isLocalHost(host)) throw hostNotAllowed();
    // The gateway has looked at the browser's origin and does not pass it on.
    if (origin !== undefined || request.headers['sec-fetch-site'] !== undefined) {
      throw crossSiteRequest();
    }
    const principal = await options.verifier.authenticate(authorization);
    checkAccess({ services: ['gateway'] }, principal);
    if (!options.allowsActions && !READING.has(request.method)) throw dashboardReadOnly();
    next();
  };
