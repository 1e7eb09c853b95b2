import type { Express, RequestHandler } from 'express';
import { methodNotAllowed } from './gateway-errors';
import type { Authorizer } from './middleware/authorize';
import { scopeOf } from './middleware/request-scope';
import { createRouteRunner } from './middleware/run-route';
import { shapeOf } from './openapi/path-names';
import { isSubtree, type Route, type TableEntry } from './route';

/** Handles methods that a path does not have: OPTIONS lists the allowed ones, others get 405. */
const refuseOtherMethods = (routes: readonly Route[]): RequestHandler => {
  const methods = routes.map(({ method }) => method.toUpperCase());
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  return (req, res) => {
    scopeOf(req).route = routes[0]?.path ?? '';
    res.setHeader('allow', allow);
    if (req.method !== 'OPTIONS') throw methodNotAllowed(req.method);
    res.status(204).end();
  };
};

/** Mounts the table in order. Paths of the same shape share one handler for other methods. */
export const mountRoutes = (
  app: Express,
  table: readonly TableEntry[],
  authorize: Authorizer,
): void => {
  const byShape = new Map<string, Route[]>();
  for (const entry of table) {
    if (isSubtree(entry)) {
      app.use(entry.path, ...entry.middleware);
      continue;
    }
    const run = createRouteRunner(entry, authorize);
    app[entry.method](entry.path, (req, res) => run(req, res, req.params));
    const shape = shapeOf(entry.path);
    byShape.set(shape, [...(byShape.get(shape) ?? []), entry]);
  }
  for (const routes of byShape.values()) {
    const [first] = routes;
    if (first !== undefined) app.route(first.path).all(refuseOtherMethods(routes));
  }
};
