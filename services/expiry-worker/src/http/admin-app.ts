import { createFailureLog, type Logger, newId, SECURITY_HEADERS } from '@flashreserve/ops';
import { DomainError, toProblem } from '@flashreserve/rpc';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { DASHBOARD_CSP, DASHBOARD_PATH } from './dashboard';
import {
  internalError,
  malformedRequest,
  notReady,
  queueUnavailable,
  routeNotFound,
} from './http-errors';
import type { Readiness } from './readiness';

export interface AdminAppDeps {
  /** Undefined when the dashboard is disabled. */
  readonly dashboard:
    | { readonly guard: RequestHandler; readonly board: RequestHandler }
    | undefined;
  /** False while Redis is down; the dashboard's API would only hang then. */
  readonly queueIsReachable: () => boolean;
  readonly checkReadiness: Readiness['check'];
  readonly log: Logger;
}

/**
 * Serves liveness and readiness without authentication, and the dashboard to the gateway, which
 * admits only administrators.
 */
export const createAdminApp = (deps: AdminAppDeps): Express => {
  const { checkReadiness, log } = deps;
  const app = express();
  app.disable('x-powered-by');
  app.use((_request, response, next) => {
    response.set(SECURITY_HEADERS);
    next();
  });
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/readyz', async (request, response) => {
    const { ready, dependencies, reasons } = await checkReadiness();
    if (ready) {
      response.json({ status: 'ready', dependencies });
      return;
    }
    const problem = toProblem(notReady(), requestMarks(request));
    response
      .status(problem.status)
      .type(PROBLEM_TYPE)
      .send(JSON.stringify({ ...problem, dependencies, reasons }));
  });
  mountDashboard(app, deps);
  app.use((_request, _response, next) => {
    next(routeNotFound());
  });
  app.use(answerProblem(log));
  return app;
};

const mountDashboard = (app: Express, { dashboard, queueIsReachable }: AdminAppDeps): void => {
  if (dashboard === undefined) return;
  app.use(DASHBOARD_PATH, dashboard.guard);
  app.use(`${DASHBOARD_PATH}/api`, (_request, _response, next) => {
    next(queueIsReachable() ? undefined : queueUnavailable());
  });
  app.use(DASHBOARD_PATH, (_request, response, next) => {
    response.set('content-security-policy', DASHBOARD_CSP);
    next();
  });
  // Parsed here: the dashboard's own parser does not report a malformed body as a problem document.
  app.use(DASHBOARD_PATH, express.json(), dashboard.board);
};

const PROBLEM_TYPE = 'application/problem+json';
const REQUEST_ID_PATTERN = /^[\x21-\x7e]{1,128}$/;

const requestMarks = (request: express.Request): { instance: string; requestId: string } => {
  const given = request.get('x-request-id') ?? '';
  return {
    instance: request.originalUrl,
    requestId: REQUEST_ID_PATTERN.test(given) ? given : newId(),
  };
};

/** Maps thrown errors to problem documents; details of unexpected errors are only logged. */
const answerProblem = (log: Logger): ErrorRequestHandler => {
  const logFailure = createFailureLog();
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const marks = requestMarks(request);
    const known = toDomainError(error);
    if (known === undefined) {
      logFailure({
        log,
        level: 'error',
        key: error instanceof Error ? error.name : typeof error,
        fields: { err: error, ...marks },
        message: 'A request failed unexpectedly.',
      });
    }
    const problem = toProblem(known ?? internalError(), marks);
    response.status(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem));
  };
};

/** Express gives client errors a 4xx `status`. */
const toDomainError = (error: unknown): DomainError | undefined => {
  if (error instanceof DomainError) return error;
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
  return status >= 400 && status < 500 ? malformedRequest() : undefined;
};
