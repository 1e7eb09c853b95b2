import type { IncomingMessage, ServerResponse } from 'node:http';
import createRouter, { type HTTPMethod } from 'find-my-way';
import type { Authorizer } from './middleware/authorize';
import { createRouteRunner } from './middleware/run-route';
import type { ProblemSender } from './middleware/send';
import { isSubtree, type Route, type TableEntry } from './route';

/** Handles a request for a hot route; returns false to leave it to Express. */
export type HotLane = (req: IncomingMessage, res: ServerResponse) => boolean;

const METHODS = { get: 'GET', post: 'POST', put: 'PUT', patch: 'PATCH', delete: 'DELETE' } as const;

/** Percent-encoded or unusual paths fall through to Express, so that only one of the two decodes. */
const PLAIN_PATH = /^[\w.~/-]+$/;

const pathOf = (url: string): string => {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
};

const isHot = (entry: TableEntry): entry is Route => !isSubtree(entry) && entry.hot === true;

/**
 * Serves the table's hot routes without Express, whose router and request objects cost more than
 * all else that the gateway does for a reservation (ADR 8). The route runner is the same, so
 * clients see no difference; Express has the routes too, for requests that this lane leaves to it.
 */
export const createHotLane = (options: {
  readonly table: readonly TableEntry[];
  readonly authorize: Authorizer;
  readonly sendProblem: ProblemSender;
}): HotLane => {
  const { table, authorize, sendProblem } = options;
  const router = createRouter({ caseSensitive: true, ignoreTrailingSlash: false });
  for (const route of table.filter(isHot)) {
    const run = createRouteRunner(route, authorize);
    router.on(METHODS[route.method], route.path, (req, res, params) => {
      run(req, res, params).catch((error: unknown) => {
        sendProblem(req, res, error);
      });
    });
  }
  return (req, res) => {
    const path = pathOf(req.url ?? '');
    if (!PLAIN_PATH.test(path)) return false;
    const found = router.find(req.method as HTTPMethod, path);
    if (found === null) return false;
    found.handler(req, res, found.params, found.store, found.searchParams);
    return true;
  };
};
