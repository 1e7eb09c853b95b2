import type { Logger } from '@flashreserve/ops';
import { DomainError, type UnaryCallOptions } from '@flashreserve/rpc';
import type { RequestHandler } from 'express';
import type { AuthApi } from '../../grpc/auth.client';
import type { Limits } from '../../limits/limits';
import type { Sender } from '../middleware/api-keys';
import type { Authorizer } from '../middleware/authorize';
import type { SiteGuard } from '../middleware/cross-site';
import { SIGN_IN_PAGES } from '../pages/sign-in-page';
import { defineRoute, empty, html, type TableEntry, type UserPrincipal } from '../route';
import { credentialsBody, EXAMPLE_ADMIN_CREDENTIALS } from '../schemas/user.schemas';
import { CLEARING_SET_COOKIE, readAuthorization, toSetCookie } from '../session-cookie';

const TAG = 'Administration';
const AUTH_TIME_LIMIT_MS = 20_000;

export interface AdminDeps {
  readonly auth: AuthApi;
  readonly limits: Limits;
  readonly authorize: Authorizer;
  readonly siteGuard: SiteGuard;
  /** Undefined when the dashboard is disabled. */
  readonly queueDashboard: readonly RequestHandler[] | undefined;
}

const signInRoute = ({ authorize }: AdminDeps): TableEntry =>
  defineRoute({
    tag: TAG,
    services: [],
    method: 'get',
    path: '/admin/sign-in',
    operationId: 'getSignInPage',
    summary: 'Sign-in page for administrators',
    description: 'A browser page with a form to sign in to the dashboard of the expiry queue.',
    access: 'public',
    request: {},
    responses: { 200: { description: 'An HTML page.', mediaType: 'text/html' } },
    errors: [],
    ignoresQuery: true,
    handle: async (_input, { cookie, clientAddress, log }) => {
      // Whatever is wrong with the old session, show the form.
      try {
        await authorize({ access: 'admin' }, readAuthorization(cookie), { clientAddress });
        return html(200, SIGN_IN_PAGES.signedIn);
      } catch (error) {
        log.debug({ err: error }, 'Not signed in.');
        return html(200, SIGN_IN_PAGES.form);
      }
    },
  });

/** Ends a session whose user may not use it; failure to do so is only logged. */
const endSession = async (
  auth: AuthApi,
  refreshToken: string,
  call: UnaryCallOptions,
  log: Logger,
): Promise<void> => {
  try {
    await auth.revokeSession(refreshToken, call);
  } catch (error) {
    log.warn({ err: error }, 'An unused session could not be ended; it will expire.');
  }
};

const createSessionRoute = ({ auth, limits, authorize, siteGuard }: AdminDeps): TableEntry =>
  defineRoute({
    tag: TAG,
    services: ['auth'],
    method: 'post',
    path: '/admin/session',
    operationId: 'createAdminSession',
    summary: 'Sign in to the pages under /admin',
    description:
      'Signs an administrator in (else `ADMIN_REQUIRED`). Sets a cookie (HttpOnly, Secure, SameSite=Strict) with the access token, which lasts as long as the token. Over plain HTTP browsers send Secure cookies to localhost only. `INVALID_CREDENTIALS`, `LOGIN_LIMITED` and `AUTH_BUSY` as for `POST /auth/login`. `CROSS_SITE_REQUEST` and `HOST_NOT_ALLOWED`: the request came from a page of another site or by an unknown host name.',
    access: 'public',
    sameSiteOnly: siteGuard.refuseCrossSite,
    timeLimitMs: AUTH_TIME_LIMIT_MS,
    request: { body: credentialsBody },
    requestExamples: {
      administrator: { summary: 'An administrator', value: EXAMPLE_ADMIN_CREDENTIALS },
    },
    responses: {
      204: { description: 'Signed in.', headers: { 'Set-Cookie': 'The session cookie.' } },
    },
    rpcs: ['AuthService.Login'],
    errors: ['ADMIN_REQUIRED', 'LOGIN_LIMITED'],
    handle: async ({ body }, { clientAddress, call, log }) => {
      const { result, headers } = await limits.login(
        { account: body.email, address: clientAddress },
        () => auth.login(body, call),
      );
      const { accessToken, expiresInSeconds, refreshToken } = result;
      try {
        await authorize({ access: 'admin' }, `Bearer ${accessToken}`, { clientAddress });
      } catch (error) {
        await endSession(auth, refreshToken, call, log);
        throw error;
      }
      // The session lasts as long as the token in the cookie; its refresh token is discarded.
      return empty(204, { 'set-cookie': toSetCookie(accessToken, expiresInSeconds), ...headers });
    },
  });

/** The user of the cookie's token; undefined if the token is no longer valid. */
const findCookieHolder = async (
  authorize: Authorizer,
  authorization: string | undefined,
  sender: Sender,
): Promise<UserPrincipal | undefined> => {
  try {
    const holder = await authorize({ access: 'optional-user' }, authorization, sender);
    return holder.kind === 'user' ? holder : undefined;
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'unauthenticated') return undefined;
    throw error;
  }
};

const endCookieSession = async (
  auth: AuthApi,
  { sessionId, token }: UserPrincipal,
  call: UnaryCallOptions,
): Promise<void> => {
  // A token that names no session cannot end one.
  if (sessionId === undefined) return;
  const { deadline, requestId, signal } = call;
  try {
    await auth.endSession(sessionId, { deadline, requestId, signal, token });
  } catch (error) {
    // The session has already ended.
    if (!(error instanceof DomainError) || error.kind !== 'unauthenticated') throw error;
  }
};

const deleteSessionRoute = ({ auth, authorize, siteGuard }: AdminDeps): TableEntry =>
  defineRoute({
    tag: TAG,
    services: ['auth'],
    method: 'delete',
    path: '/admin/session',
    operationId: 'deleteAdminSession',
    summary: 'Sign out of the pages under /admin',
    description:
      'Ends the session of the cookie and clears the cookie. The access token is refused within seconds, so copies of the cookie stop working too. Idempotent: it succeeds without a cookie, and with one whose session has ended. If auth does not answer (`AUTH_UNAVAILABLE`), nothing was changed. `CROSS_SITE_REQUEST` and `HOST_NOT_ALLOWED`: the request came from a page of another site or by an unknown host name.',
    access: 'public',
    sameSiteOnly: siteGuard.refuseCrossSite,
    timeLimitMs: AUTH_TIME_LIMIT_MS,
    request: {},
    responses: {
      204: { description: 'Signed out.', headers: { 'Set-Cookie': 'Clears the session cookie.' } },
    },
    errors: [],
    handle: async (_input, { cookie, clientAddress, call }) => {
      const sender = { clientAddress };
      const holder = await findCookieHolder(authorize, readAuthorization(cookie), sender);
      if (holder !== undefined) await endCookieSession(auth, holder, call);
      return empty(204, { 'set-cookie': CLEARING_SET_COOKIE });
    },
  });

const dashboardRoute = (middleware: readonly RequestHandler[]): TableEntry => ({
  tag: TAG,
  services: [],
  method: 'get',
  path: '/admin/queues',
  operationId: 'getQueueDashboard',
  summary: 'Dashboard of the expiry queue',
  description:
    'Bull Board, served by expiry-worker together with everything under this path. Requires a bearer token or the cookie set by `POST /admin/session`. `DASHBOARD_READ_ONLY`: the request would change the queue, which `DASHBOARD_MAY_CHANGE_QUEUE` does not allow. `WORKER_UNAVAILABLE`: expiry-worker does not answer. `QUEUE_UNAVAILABLE`: Redis does not answer. `CROSS_SITE_REQUEST` and `HOST_NOT_ALLOWED`: the request came from a page of another site or by an unknown host name.',
  access: 'admin',
  security: [{ bearer: [] }, { adminSession: [] }],
  request: {},
  responses: {
    200: { description: 'An HTML page.', mediaType: 'text/html' },
    303: {
      description: 'Redirects browsers that are not signed in to the sign-in page.',
      headers: { Location: 'Always `/admin/sign-in`.' },
    },
  },
  errors: [
    'CROSS_SITE_REQUEST',
    'HOST_NOT_ALLOWED',
    'DASHBOARD_READ_ONLY',
    'WORKER_UNAVAILABLE',
    'QUEUE_UNAVAILABLE',
  ],
  middleware,
});

/** Signing in exists only together with the dashboard. */
export const createAdminRoutes = (deps: AdminDeps): readonly TableEntry[] =>
  deps.queueDashboard === undefined
    ? []
    : [
        signInRoute(deps),
        createSessionRoute(deps),
        deleteSessionRoute(deps),
        dashboardRoute(deps.queueDashboard),
      ];
