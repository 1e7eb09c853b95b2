import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authorizer } from './middleware/authorize';
import { createRouteRunner, type RouteRunner } from './middleware/run-route';
import type { ProblemSender } from './middleware/send';
import { isSubtree, type Route, type TableEntry } from './route';

/** Handles a request for a hot route; returns false to leave it to Express. */
export type HotLane = (req: IncomingMessage, res: ServerResponse) => boolean;

interface Lane {
  readonly method: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly run: RouteRunner;
}

const toLane = (route: Route, authorize: Authorizer): Lane => {
  const names: string[] = [];
  // Percent-encoded or unusual paths fall through to Express.
  const path = route.path.replace(/:(\w+)/g, (_match, name: string) => {
    names.push(name);
    return '([\\w.~-]+)';
  });
  return {
    method: route.method.toUpperCase(),
    pattern: new RegExp(`^${path}(?:[?].*)?$`),
    names,
    run: createRouteRunner(route, authorize),
  };
};

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
  const lanes = table.flatMap((entry) =>
    !isSubtree(entry) && entry.hot ? [toLane(entry, authorize)] : [],
  );
  return (req, res) => {
    for (const { method, pattern, names, run } of lanes) {
      if (req.method !== method) continue;
      const match = pattern.exec(req.url ?? '');
      if (match === null) continue;
      const params = Object.fromEntries(names.map((name, index) => [name, match[index + 1]]));
      run(req, res, params).catch((error: unknown) => {
        sendProblem(req, res, error);
      });
      return true;
    }
    return false;
  };
};
