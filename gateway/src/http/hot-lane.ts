import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authorizer } from './middleware/authorize';
import { createRouteRunner, type RouteRunner } from './middleware/run-route';
import type { ProblemSender } from './middleware/send';
import { isSubtree, type Route, type TableEntry } from './route';

/** Takes a request to a hot route; false leaves it to express. */
export type HotLane = (req: IncomingMessage, res: ServerResponse) => boolean;

interface Lane {
  readonly method: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly run: RouteRunner;
}

const toLane = (route: Route, authorize: Authorizer): Lane => {
  const names: string[] = [];
  // Anything that would have to be decoded, or looks unusual in another way, is left to express.
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
 * Answers the table's hot routes without express, whose router and request objects cost more than everything else that
 * the gateway does for a reservation (ADR 8). The same runner answers them, so what clients see does not differ;
 * express has the routes too, for requests that this lane does not understand.
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
