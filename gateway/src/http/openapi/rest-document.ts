import { createLivePage } from '@flashreserve/live-page';
import { systemClock } from '@flashreserve/ops';
import { createRouteTable, type TableDeps } from '../create-route-table';
import { serveFiles } from '../static-documents';
import { createOpenApiDocument } from './create-openapi-document';

/** Placeholder for all services and settings: routes do not use them before a request. */
const unasked: unknown = new Proxy(() => undefined, {
  get: () => unasked,
  apply: () => {
    throw new Error('A route used its dependencies before a request.');
  },
});

/** The OpenAPI document with all routes enabled, built without a gateway. Deterministic. */
export const createRestDocument = (): Readonly<Record<string, unknown>> => {
  // The page adds its own entries to the table, so it cannot be a placeholder.
  const livePage = createLivePage({
    isEnabled: true,
    confirmBy: 'customer',
    clock: systemClock,
    serveFiles,
  });
  const deps: unknown = new Proxy(
    { livePage },
    { get: (given, name) => Reflect.get(given, name) ?? unasked },
  );
  return createOpenApiDocument(createRouteTable(deps as TableDeps));
};
