import { createRouteTable, type TableDeps } from '../create-route-table';
import { createOpenApiDocument } from './create-openapi-document';

/** Placeholder for all services and settings: routes do not use them before a request. */
const unasked: unknown = new Proxy(() => undefined, {
  get: () => unasked,
  apply: () => {
    throw new Error('A route used its dependencies before a request.');
  },
});

/** The OpenAPI document with all routes enabled, built without a gateway. Deterministic. */
export const createRestDocument = (): Readonly<Record<string, unknown>> =>
  createOpenApiDocument(createRouteTable(unasked as TableDeps));
