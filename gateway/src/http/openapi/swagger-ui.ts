import type { RequestHandler } from 'express';
import { generateHTML, type SwaggerUiOptions, serveFiles } from 'swagger-ui-express';
import { methodNotAllowed } from '../gateway-errors';
import { scopeOf } from '../middleware/request-scope';
import { SWAGGER_AUTHORIZE_SCRIPT } from './swagger-authorize-script';

const MOUNT_PATH = '/api-docs';
const SCRIPT_PATH = '/authorize.js';

/** Swagger UI writes styles as it goes and draws icons from data URLs; its scripts all come from files. */
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

/** The page with absolute links, so that it works at `/api-docs` itself, without a redirect to a slash. */
const renderHtml = (): string =>
  generateHTML(undefined, OPTIONS).replaceAll('"./', `"${MOUNT_PATH}/`);

/** Serves Swagger UI at its mount path: the page, its files, and the script that authorizes after a login. */
export const createSwaggerUi = (): readonly RequestHandler[] => {
  const html = renderHtml();
  const page: RequestHandler = (req, res, next) => {
    scopeOf(req).route = MOUNT_PATH;
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.set('allow', 'GET, HEAD');
      throw methodNotAllowed(req.method);
    }
    res.set('content-security-policy', POLICY);
    if (req.path === '/') res.type('html').send(html);
    else if (req.path === SCRIPT_PATH) res.type('js').send(SWAGGER_AUTHORIZE_SCRIPT);
    else next();
  };
  return [page, ...serveFiles(undefined, OPTIONS)];
};
