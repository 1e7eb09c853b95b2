import { createRouteTable, type TableDeps } from '../create-route-table';
import { createOpenApiDocument } from './create-openapi-document';

/** Stands for every service and setting: routes keep what they are given and ask nothing of it before a request. */
const unasked: unknown = new Proxy(() => undefined, {
  get: () => unasked,
  apply: () => {
    throw new Error('A route asks its services before there is a request.');
  },
});

/** The OpenAPI document of a gateway with every route switched on, without a gateway. The same for the same code. */
export const createRestDocument = (): Readonly<Record<string, unknown>> =>
  createOpenApiDocument(createRouteTable(unasked as TableDeps));
