import { checkAccess, type TokenVerifier } from '@flashreserve/identity';
import { isLocalHost } from '@flashreserve/ops';
import type { RequestHandler } from 'express';
import { crossSiteRequest, dashboardReadOnly, hostNotAllowed } from './http-errors';

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Admits only the gateway, which has authenticated the administrator and sends its own service
 * token. A browser sent here by another page has no such token; its `Host` or `Origin` is rejected
 * as well.
 *
 * @throws DomainError HOST_NOT_ALLOWED, CROSS_SITE_REQUEST; TOKEN_MISSING, TOKEN_INVALID,
 *   TOKEN_EXPIRED or SERVICE_NOT_ALLOWED; DASHBOARD_READ_ONLY for changes to the queue unless
 *   `allowsActions`; AUTH_UNAVAILABLE
 */
export const createDashboardGuard =
  (options: {
    readonly verifier: Pick<TokenVerifier, 'authenticate'>;
    readonly allowsActions: boolean;
  }): RequestHandler =>
  async (request, _response, next) => {
    const { host, origin, authorization } = request.headers;
    if (!isLocalHost(host)) throw hostNotAllowed();
    // The gateway checks the browser's origin and does not forward it.
    if (origin !== undefined || request.headers['sec-fetch-site'] !== undefined) {
      throw crossSiteRequest();
    }
    const principal = await options.verifier.authenticate(authorization);
    checkAccess({ services: ['gateway'] }, principal);
    if (!options.allowsActions && !READING.has(request.method)) throw dashboardReadOnly();
    next();
  };
