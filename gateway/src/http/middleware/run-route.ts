import type { IncomingMessage, ServerResponse } from 'node:http';
import { byDeadline } from '@flashreserve/ops';
import { DomainError, deadlineExceeded } from '@flashreserve/rpc';
import { reasonsOf } from '../openapi/reasons';
import type { Route } from '../route';
import { authorizationOf } from './authorization-of';
import type { Authorizer } from './authorize';
import { createInputReader } from './read-input';
import { RequestContext } from './request-context';
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
    const authorized = authorize(route, authorizationOf(req), scope);
    // Waits for a known caller, too: a body that came with the headers is complete thereafter.
    const principal = await (authorized instanceof Promise
      ? byDeadline(deadline, authorized, deadlineExceeded)
      : authorized);
    const reading = readInput(req, res, params, deadline);
    const input = reading instanceof Promise ? await reading : reading;
    try {
      const handled = route.handle(input, new RequestContext(req, principal, deadline));
      sendReply(req, res, await byDeadline(deadline, handled, deadlineExceeded));
    } catch (error) {
      throw renameServiceFields(route, hideForeignRefusal(route, declared, error));
    }
  };
};
