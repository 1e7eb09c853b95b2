import type { IncomingMessage, ServerResponse } from 'node:http';
import createRouter, { type HTTPMethod } from 'find-my-way';
import type { Authorizer } from './middleware/authorize';
import { scopeOf } from './middleware/request-scope';
import { createRouteRunner } from './middleware/run-route';
import { sendPrepared } from './middleware/send';
import type { ProblemSender } from './middleware/send-problem';
import { isSubtree, type Route, type TableEntry } from './route';

/** Handles a request for a hot route; returns false to leave it to Express. */
export type HotLane = (req: IncomingMessage, res: ServerResponse) => boolean;

const METHODS = { get: 'GET', post: 'POST', put: 'PUT', patch: 'PATCH', delete: 'DELETE' } as const;

/**
 * Percent-encoded or unusual paths fall through to Express, so that only one of the two decodes.
 * Segments are not empty: this router, unlike Express, would take one for a parameter.
 */
const PLAIN_PATH = /^(?:\/[\w.~-]+)+\/?$/;

const pathOf = (url: string): string => {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
};

/** Handles a request of one route; returns false to leave it to Express. */
type Lane = (
  req: IncomingMessage,
  res: ServerResponse,
  params: Readonly<Record<string, unknown>>,
) => boolean;

/** Takes every request of a hot route. */
const takeAll = (route: Route, authorize: Authorizer, sendProblem: ProblemSender): Lane => {
  const run = createRouteRunner(route, authorize);
  return (req, res, params) => {
    run(req, res, params).catch((error: unknown) => {
      sendProblem(req, res, error);
    });
    return true;
  };
};

/**
 * Takes the requests that the route answers from memory. The others wait for a service and build a
 * response of their own, so they belong to the requests that Express limits to a few.
 */
const takeKnown =
  (route: Route, recall: NonNullable<Route['recall']>): Lane =>
  (req, res) => {
    const known = recall(req);
    if (known === undefined) return false;
    scopeOf(req).route = route.path;
    sendPrepared(req, res, known);
    return true;
  };

/**
 * Serves the table's hot routes without Express, whose router and request objects cost more than
 * all else that the gateway does for a reservation (ADR 8), and answers from memory of the others.
 * The route runner is the same, so clients see no difference; Express has the routes too, for
 * requests that this lane leaves to it.
 */
export const createHotLane = (options: {
  readonly table: readonly TableEntry[];
  readonly authorize: Authorizer;
  readonly sendProblem: ProblemSender;
}): HotLane => {
  const { table, authorize, sendProblem } = options;
  const router = createRouter({ caseSensitive: true, ignoreTrailingSlash: false });
  const add = (route: Route, lane: Lane): void => {
    router.on(METHODS[route.method], route.path, (req, res, params) => lane(req, res, params));
  };
  for (const route of table) {
    if (isSubtree(route)) continue;
    if (route.hot === true) add(route, takeAll(route, authorize, sendProblem));
    else if (route.recall !== undefined) add(route, takeKnown(route, route.recall));
  }
  return (req, res) => {
    const path = pathOf(req.url ?? '');
    if (!PLAIN_PATH.test(path)) return false;
    const found = router.find(req.method as HTTPMethod, path);
    if (found === null) return false;
    const taken: unknown = found.handler(req, res, found.params, found.store, found.searchParams);
    return taken === true;
  };
};
