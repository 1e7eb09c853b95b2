import type { RequestHandler } from 'express';
import { z } from 'zod';
import { renderErrorsPage } from '../pages/errors-page';
import { defineRoute, empty, html, json, type TableEntry } from '../route';

const COMMON = {
  tag: 'Documentation',
  access: 'public',
  request: {},
  services: [],
  errors: [],
} as const;

const HOME = '/api-docs';

const homeRoute: TableEntry = defineRoute({
  ...COMMON,
  method: 'get',
  path: '/',
  operationId: 'getHome',
  summary: 'Start page',
  description: 'Leads to the interactive documentation.',
  responses: {
    303: { description: 'To the documentation.', headers: { Location: 'Always `/api-docs`.' } },
  },
  handle: async () => empty(303, { location: HOME }),
});

const errorsRoute = (): TableEntry => {
  const page = renderErrorsPage();
  return defineRoute({
    ...COMMON,
    method: 'get',
    path: '/errors',
    operationId: 'getErrorReasons',
    summary: 'Every error reason explained',
    description: 'The page that the `type` of problems points into.',
    responses: { 200: { description: 'A page for people.', mediaType: 'text/html' } },
    handle: async () => html(200, page),
  });
};

export interface DocsDeps {
  /** The document that describes the whole table; asked for when it is needed, because it describes these routes too. */
  readonly openApiDocument: () => Readonly<Record<string, unknown>>;
  /** Undefined where the documentation is turned off. */
  readonly swaggerUi: readonly RequestHandler[] | undefined;
}

const apiDocsRoutes = (
  openApiDocument: DocsDeps['openApiDocument'],
  swaggerUi: readonly RequestHandler[],
): readonly TableEntry[] => [
  homeRoute,
  {
    ...COMMON,
    method: 'get',
    path: HOME,
    operationId: 'getSwaggerUi',
    summary: 'Swagger UI',
    description: 'This documentation, from which every route can be tried.',
    responses: { 200: { description: 'A page for people.', mediaType: 'text/html' } },
    middleware: swaggerUi,
  },
  defineRoute({
    ...COMMON,
    method: 'get',
    path: '/openapi.json',
    operationId: 'getOpenApi',
    summary: 'OpenAPI document',
    description: 'This documentation for programs, OpenAPI 3.1.',
    responses: {
      200: { description: 'The document.', schema: z.record(z.string(), z.unknown()) },
    },
    handle: async () => json(200, openApiDocument()),
  }),
];

/** The page that errors point to is always there. */
export const createDocsRoutes = ({
  openApiDocument,
  swaggerUi,
}: DocsDeps): readonly TableEntry[] => [
  ...(swaggerUi === undefined ? [] : apiDocsRoutes(openApiDocument, swaggerUi)),
  errorsRoute(),
];
