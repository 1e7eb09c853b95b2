import type { RequestHandler } from 'express';
import { z } from 'zod';
import { renderErrorsPage } from '../pages/errors-page';
import { defineRoute, empty, type TableEntry } from '../route';
import { createStaticDocument, type StaticDocument, serveDocuments } from '../static-documents';

const COMMON = {
  tag: 'Documentation',
  access: 'public',
  request: {},
  services: [],
  errors: [],
} as const;

const HOME = '/api-docs';
const OPENAPI = '/openapi.json';

const homeRoute: TableEntry = defineRoute({
  ...COMMON,
  method: 'get',
  path: '/',
  operationId: 'getHome',
  summary: 'Start page',
  description: 'Redirects to the interactive documentation.',
  responses: {
    303: {
      description: 'Redirects to the documentation.',
      headers: { Location: 'Always `/api-docs`.' },
    },
  },
  ignoresQuery: true,
  handle: async () => empty(303, { location: HOME }),
});

/** Serves one document, created lazily, at the path itself. */
const serveOne = (path: string, make: () => StaticDocument): readonly RequestHandler[] => {
  let document: StaticDocument | undefined;
  const find = (below: string): StaticDocument | undefined => {
    if (below !== '/') return undefined;
    document ??= make();
    return document;
  };
  return [serveDocuments(path, find)];
};

const ERRORS = '/errors';

const errorsRoute = (): TableEntry => ({
  ...COMMON,
  method: 'get',
  path: ERRORS,
  operationId: 'getErrorReasons',
  summary: 'Explanations of all error reasons',
  description: 'The page that the `type` of problem details refers to.',
  responses: { 200: { description: 'An HTML page.', mediaType: 'text/html' } },
  middleware: serveOne(ERRORS, () => {
    const { html, contentSecurityPolicy } = renderErrorsPage();
    return createStaticDocument('text/html; charset=utf-8', Buffer.from(html), {
      'content-security-policy': contentSecurityPolicy,
    });
  }),
});

export interface DocsDeps {
  /** The document of the whole table; a function, because it describes these routes too. */
  readonly openApiDocument: () => Readonly<Record<string, unknown>>;
  /** Undefined when the documentation is disabled. */
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
    description: 'This documentation, interactive: it can send requests to every operation.',
    responses: { 200: { description: 'An HTML page.', mediaType: 'text/html' } },
    middleware: swaggerUi,
  },
  {
    ...COMMON,
    method: 'get',
    path: OPENAPI,
    operationId: 'getOpenApi',
    summary: 'OpenAPI document',
    description: 'This documentation as an OpenAPI 3.1 document.',
    responses: {
      200: { description: 'The document.', schema: z.record(z.string(), z.unknown()) },
    },
    middleware: serveOne(OPENAPI, () =>
      createStaticDocument(
        'application/json; charset=utf-8',
        Buffer.from(JSON.stringify(openApiDocument())),
      ),
    ),
  },
];

/** The page that errors refer to is always served. */
export const createDocsRoutes = ({
  openApiDocument,
  swaggerUi,
}: DocsDeps): readonly TableEntry[] => [
  ...(swaggerUi === undefined ? [] : apiDocsRoutes(openApiDocument, swaggerUi)),
  errorsRoute(),
];
