import type { UnaryCallOptions } from '@flashreserve/platform/grpc';
import type { Logger } from '@flashreserve/platform/logging';
import type { RequestHandler } from 'express';
import type { AuthApi } from '../../grpc/auth.client';
import type { Limits } from '../../limits/limits';
import type { Authorizer } from '../middleware/authorize';
import type { SiteGuard } from '../middleware/cross-site';
import { SIGN_IN_PAGES } from '../pages/sign-in-page';
import { defineRoute, empty, html, type TableEntry } from '../route';
import { credentialsBody, EXAMPLE_ADMIN_CREDENTIALS } from '../schemas/user.schemas';
import { CLEARING_SET_COOKIE, readAuthorization, toSetCookie } from '../session-cookie';

const TAG = 'Administration';
const AUTH_TIME_LIMIT_MS = 20_000;

export interface AdminDeps {
  readonly auth: AuthApi;
  readonly limits: Limits;
  readonly authorize: Authorizer;
  readonly siteGuard: SiteGuard;
  /** Undefined where the dashboard is turned off. */
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
    description: 'For people in a browser who want to see the expiry queue.',
    access: 'public',
    request: {},
    responses: { 200: { description: 'A page for people.', mediaType: 'text/html' } },
    errors: [],
    ignoresQuery: true,
    handle: async (_input, { cookie, log }) => {
      // Whatever is wrong with the old session, the form is the way out.
      const signedIn = await authorize('admin', readAuthorization(cookie)).then(
        () => true,
        (error: unknown) => {
          log.debug({ err: error }, 'Not signed in.');
          return false;
        },
      );
      return html(200, signedIn ? SIGN_IN_PAGES.signedIn : SIGN_IN_PAGES.form);
    },
  });

/** A session that was opened for somebody who may not use it need not stay open. */
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
      'For administrators only. Sets a cookie (HttpOnly, Secure, SameSite=Strict) that holds the access token for as long as it lives. Browsers send Secure cookies over plain HTTP to localhost only.',
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
    errors: ['INVALID_CREDENTIALS', 'ADMIN_REQUIRED', 'AUTH_BUSY', 'LOGIN_LIMITED'],
    handle: async ({ body }, { clientAddress, call, log }) => {
      const { accessToken, expiresInSeconds, refreshToken } = await limits.login(
        { account: body.email, address: clientAddress },
        () => auth.login(body, call),
      );
      try {
        await authorize('admin', `Bearer ${accessToken}`);
      } catch (error) {
        await endSession(auth, refreshToken, call, log);
        throw error;
      }
      // The session lasts as long as the token in the cookie; its refresh token is known to nobody from here on.
      return empty(204, { 'set-cookie': toSetCookie(accessToken, expiresInSeconds) });
    },
  });

const deleteSessionRoute = ({ siteGuard }: AdminDeps): TableEntry =>
  defineRoute({
    tag: TAG,
    services: [],
    method: 'delete',
    path: '/admin/session',
    operationId: 'deleteAdminSession',
    summary: 'Sign out of the pages under /admin',
    description: 'Takes the cookie away. Succeeds without one too.',
    access: 'public',
    sameSiteOnly: siteGuard.refuseCrossSite,
    request: {},
    responses: {
      204: { description: 'Signed out.', headers: { 'Set-Cookie': 'Clears the session cookie.' } },
    },
    errors: [],
    handle: async () => empty(204, { 'set-cookie': CLEARING_SET_COOKIE }),
  });

const dashboardRoute = (middleware: readonly RequestHandler[]): TableEntry => ({
  tag: TAG,
  services: [],
  method: 'get',
  path: '/admin/queues',
  operationId: 'getQueueDashboard',
  summary: 'Dashboard of the expiry queue',
  description:
    'Bull Board, served by expiry-worker; everything under this path goes there. Takes a bearer token or the cookie of `POST /admin/session`.',
  access: 'admin',
  security: [{ bearer: [] }, { adminSession: [] }],
  request: {},
  responses: {
    200: { description: 'A page for people.', mediaType: 'text/html' },
    303: {
      description: 'To the sign-in page, for browsers that are not signed in.',
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

/** Signing in is for the dashboard alone, so it goes with it. */
export const createAdminRoutes = (deps: AdminDeps): readonly TableEntry[] =>
  deps.queueDashboard === undefined
    ? []
    : [
        signInRoute(deps),
        createSessionRoute(deps),
        deleteSessionRoute(deps),
        dashboardRoute(deps.queueDashboard),
      ];
