import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { byDeadline } from '@flashreserve/ops';
import { DomainError, deadlineExceeded } from '@flashreserve/rpc';
import type { Request } from 'express';
import { reasonsOf } from '../openapi/reasons';
import type { Route } from '../route';
import { authorizationOf } from './authorization-of';
import type { Authorizer } from './authorize';
import { createInputReader } from './read-input';
import { scopeOf } from './request-scope';
import { sendReply } from './send';
import { renameServiceFields } from './service-fields';

const TIME_LIMIT_DEFAULT_MS = 10_000;

/**
 * A service that rejects the gateway's own token on a public route is an internal error: the caller
 * sent no token, so telling it to authenticate would mislead.
 */
const hideForeignRefusal = (
  route: Route,
  declared: ReadonlySet<string>,
  error: unknown,
): unknown =>
  route.access === 'public' &&
  error instanceof DomainError &&
  (error.kind === 'unauthenticated' || error.kind === 'forbidden') &&
  !declared.has(error.reason)
    ? new Error(`A service rejected the gateway: ${error.reason}.`, { cause: error })
    : error;

/**
 * The client's IP address. Express counts the trusted proxies from the rightmost entry of
 * `X-Forwarded-For`, the only end that the client cannot forge. If the entry is not an IP address,
 * the address of the proxy that forwarded it is used.
 */
const clientAddressOf = (req: IncomingMessage): string => {
  const { ip } = req as Partial<Request>;
  return ip !== undefined && isIP(ip) !== 0 ? ip : (req.socket.remoteAddress ?? '');
};

/** Handles a request that matched a route. Rejects with the error to send as a problem. */
export type RouteRunner = (
  req: IncomingMessage,
  res: ServerResponse,
  /** Decoded path parameters. */
  params: Readonly<Record<string, unknown>>,
) => Promise<void>;

/** Creates the runner of a route: authorization (401, 403), then input (400), then the handler. */
export const createRouteRunner = (route: Route, authorize: Authorizer): RouteRunner => {
  const declared: ReadonlySet<string> = new Set(reasonsOf(route));
  const readInput = createInputReader(route);
  return async (req, res, params) => {
    const scope = scopeOf(req);
    scope.route = route.path;
    const deadline = new Date(Date.now() + (route.timeLimitMs ?? TIME_LIMIT_DEFAULT_MS));
    route.sameSiteOnly?.(req);
    const principal = await byDeadline(
      deadline,
      authorize(route.access, authorizationOf(req)),
      deadlineExceeded,
    );
    const input = await readInput(req, res, params, deadline);
    const call = {
      deadline,
      requestId: scope.requestId,
      // Created lazily: most requests never need it.
      get signal() {
        return scope.signal;
      },
      token: principal.kind === 'user' ? principal.token : undefined,
    };
    try {
      const handled = route.handle(input, {
        // The authorizer admits exactly the principals of the route's `access`.
        principal: principal as never,
        call,
        get clientAddress() {
          return clientAddressOf(req);
        },
        cookie: req.headers.cookie,
        get log() {
          return scope.log;
        },
      });
      sendReply(req, res, await byDeadline(deadline, handled, deadlineExceeded));
    } catch (error) {
      throw renameServiceFields(route, hideForeignRefusal(route, declared, error));
    }
  };
};
