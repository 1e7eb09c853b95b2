import { readFileSync } from 'node:fs';
import type { RequestHandler } from 'express';
import { generateHTML, type SwaggerUiOptions, serveFiles } from 'swagger-ui-express';
import { readBrowserProgram } from '../browser-program';
import { createStaticDocument, type StaticDocument, serveDocuments } from '../static-documents';

const MOUNT_PATH = '/api-docs';
const SCRIPT_PATH = '/authorize.js';

/** Swagger UI sets inline styles and uses data URLs for icons; all its scripts are files. */
const POLICY = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self' 'unsafe-inline'`,
  `img-src 'self' data:`,
  `font-src 'self' data:`,
  `connect-src 'self'`,
  `form-action 'self'`,
  `base-uri 'none'`,
  `frame-ancestors 'none'`,
].join('; ');

const OPTIONS: SwaggerUiOptions = {
  customSiteTitle: 'FlashReserve API',
  customJs: `${MOUNT_PATH}${SCRIPT_PATH}`,
  swaggerUrl: '/openapi.json',
  swaggerOptions: {
    persistAuthorization: true,
    tryItOutEnabled: true,
    displayRequestDuration: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
  },
};

/** The page with absolute links, so that it works at `/api-docs`, without a trailing slash. */
const renderHtml = (): string =>
  generateHTML(undefined, OPTIONS).replaceAll('"./', `"${MOUNT_PATH}/`);

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

/** Files of Swagger UI that are worth compressing. */
const LARGE_FILES: Readonly<Record<string, string>> = {
  '/swagger-ui.css': 'text/css; charset=utf-8',
  '/swagger-ui-bundle.js': SCRIPT,
  '/swagger-ui-standalone-preset.js': SCRIPT,
};

const readDocuments = (): ReadonlyMap<string, StaticDocument> =>
  new Map([
    ['/', createStaticDocument(HTML, Buffer.from(renderHtml()))],
    [
      SCRIPT_PATH,
      createStaticDocument(SCRIPT, Buffer.from(readBrowserProgram('swagger-authorize.js'))),
    ],
    ...Object.entries(LARGE_FILES).map(([path, type]): [string, StaticDocument] => [
      path,
      createStaticDocument(type, readFileSync(require.resolve(`swagger-ui-dist${path}`))),
    ]),
  ]);

const addPolicy: RequestHandler = (_req, res, next) => {
  res.set('content-security-policy', POLICY);
  next();
};

/**
 * Serves Swagger UI at its mount path: the page, its files, and the script that authorizes after a
 * login.
 */
export const createSwaggerUi = (): readonly RequestHandler[] => {
  const documents = readDocuments();
  return [
    addPolicy,
    serveDocuments(MOUNT_PATH, (path) => documents.get(path)),
    ...serveFiles(undefined, OPTIONS),
  ];
};
