import { Agent as HttpAgent, type IncomingMessage, ServerResponse } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { ServiceTokenSource } from '@flashreserve/identity';
import { DomainError } from '@flashreserve/rpc';
import type { Request, RequestHandler } from 'express';
import {
  createProxyMiddleware,
  debugProxyErrorsPlugin,
  proxyEventsPlugin,
} from 'http-proxy-middleware';
import { workerUnavailable } from '../gateway-errors';
import { readAuthorization } from '../session-cookie';
import { authorizationOf } from './authorization-of';
import type { Authorizer } from './authorize';
import type { SiteGuard } from './cross-site';
import { scopeOf } from './request-scope';
import type { ProblemSender } from './send-problem';

const SIGN_IN_PATH = '/admin/sign-in';
const WORKER_TIMEOUT_MS = 10_000;
const WORKER_SOCKETS_MAX = 64;
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What Bull Board needs: its own files, and inline styles set by its scripts. */
const DASHBOARD_POLICY = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self' 'unsafe-inline'`,
  `img-src 'self' data:`,
  `font-src 'self' data:`,
  `connect-src 'self'`,
  `manifest-src 'self'`,
  `form-action 'self'`,
  `base-uri 'self'`,
  `frame-ancestors 'none'`,
].join('; ');

const HELD_BACK = ['cookie', 'expect', 'origin', 'referer', 'sec-fetch-site'] as const;

/** Callbacks for requests whose token the worker rejects. */
const onRefused = new WeakMap<IncomingMessage, (() => void) | undefined>();

interface GuardDeps {
  readonly authorize: Authorizer;
  readonly siteGuard: SiteGuard;
  readonly serviceToken: ServiceTokenSource;
}

const isPageRequest = (req: Request): boolean =>
  req.method === 'GET' && req.accepts(['json', 'html']) === 'html';

const createGuard =
  ({ authorize, siteGuard, serviceToken }: GuardDeps): RequestHandler =>
  async (req, res, next) => {
    const scope = scopeOf(req);
    scope.route = '/admin/queues';
    siteGuard.refuseForeignHost(req);
    const cookieAuthorization = readAuthorization(req.headers.cookie);
    // Only the cookie is sent automatically; a page of another site cannot add a bearer token.
    if (req.headers.authorization === undefined && !SAFE_METHODS.has(req.method)) {
      siteGuard.refuseCrossSite(req);
    }
    try {
      await authorize({ access: 'admin' }, authorizationOf(req) ?? cookieAuthorization, scope);
    } catch (error) {
      if (isPageRequest(req) && error instanceof DomainError && error.kind === 'unauthenticated') {
        res.redirect(303, SIGN_IN_PATH);
        return;
      }
      throw error;
    }
    const credential = await serviceToken(new Date(Date.now() + WORKER_TIMEOUT_MS));
    // The worker must not see the user's credentials and rejects requests of browser pages.
    // `Expect` has been answered already.
    for (const name of HELD_BACK) delete req.headers[name];
    req.headers.authorization = `Bearer ${credential.token}`;
    onRefused.set(req, credential.onTokenRefused);
    req.headers['x-request-id'] = scope.requestId;
    res.setHeader('content-security-policy', DASHBOARD_POLICY);
    res.setHeader('cache-control', 'no-store');
    next();
  };

/** Aborts a response that cannot be completed, so that the browser does not wait for the rest. */
const breakOffWith = (proxyRes: IncomingMessage, res: ServerResponse): void => {
  proxyRes.once('error', () => res.destroy());
};

/**
 * Proxies administrators to the queue dashboard of the expiry worker, with the gateway's own token.
 * They authenticate by bearer token or by the cookie of the sign-in page; a browser without either
 * is redirected to that page.
 */
export const createQueueDashboard = (
  deps: GuardDeps & { readonly workerUrl: string; readonly sendProblem: ProblemSender },
): readonly RequestHandler[] => {
  const { workerUrl, sendProblem } = deps;
  const AgentOfProtocol = workerUrl.startsWith('https:') ? HttpsAgent : HttpAgent;
  const proxy = createProxyMiddleware({
    target: workerUrl,
    changeOrigin: true,
    // Mounted handlers see the path below their mount; the worker expects the full path.
    pathRewrite: (_path, req) => (req as Request).originalUrl,
    // The agent's timeout also covers connecting, `proxyTimeout` only what follows.
    agent: new AgentOfProtocol({ timeout: WORKER_TIMEOUT_MS, maxSockets: WORKER_SOCKETS_MAX }),
    proxyTimeout: WORKER_TIMEOUT_MS,
    // The library's own error plugin would write a second, plain-text response after ours.
    ejectPlugins: true,
    plugins: [debugProxyErrorsPlugin, proxyEventsPlugin],
    on: {
      proxyRes: (proxyRes, req, res) => {
        if (proxyRes.statusCode === 401) onRefused.get(req)?.();
        breakOffWith(proxyRes, res);
      },
      error: (error, req, res) => {
        if (res instanceof ServerResponse) sendProblem(req, res, workerUnavailable(error));
      },
    },
  });
  return [createGuard(deps), (req, res, next) => proxy(req, res, next)];
};
