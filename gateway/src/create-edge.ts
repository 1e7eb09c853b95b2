import { createLivePage } from '@flashreserve/live-page';
import { type ComponentBase, isOn } from '@flashreserve/ops';
import type { GatewayConfig } from './config';
import type { connectServices } from './connect-services';
import { createExpressApp, createHttpHandler } from './http/create-http-handler';
import { createRouteTable } from './http/create-route-table';
import { createCrossOrigin } from './http/cross-origin';
import { createHotLane } from './http/hot-lane';
import { createKeyExchange } from './http/middleware/api-keys';
import { createAuthorizer } from './http/middleware/authorize';
import { createSiteGuard } from './http/middleware/cross-site';
import { createQueueDashboard } from './http/middleware/queue-dashboard';
import { createProblemSender } from './http/middleware/send-problem';
import { createOpenApiDocument } from './http/openapi/create-openapi-document';
import { createSwaggerUi } from './http/openapi/swagger-ui';
import type { Readiness } from './http/readiness';
import { createRecentAnswers } from './http/recent-answers';
import type { TableEntry } from './http/route';
import { serveFiles } from './http/static-documents';
import { connectLimits } from './limits/connect-limits';
import type { ProcessLimits } from './limits/process-limits';
import type { GatewayMetrics } from './metrics/gateway-metrics';
import { createCatalogStockSource } from './streams/catalog-stock';
import { createStockStreams, type StockStreams } from './streams/stock-streams';

/** The HTTP side of the gateway: the route table, and the handlers in front of and beside it. */
export const createEdge = (
  { config, log, clock, tracing, processes, lifecycle }: ComponentBase<GatewayConfig>,
  deps: {
    readonly services: ReturnType<typeof connectServices>;
    readonly measure: GatewayMetrics;
    readonly readiness: Readiness;
    readonly limits: ProcessLimits;
  },
): ReturnType<typeof createHttpHandler> & { readonly streams: StockStreams } => {
  const { services, measure, readiness, limits } = deps;
  const livePage = createLivePage({
    isEnabled: config.LIVE_PAGE === 'true',
    confirmBy: config.CONFIRM_BY,
    clock,
    serveFiles,
    processes,
  });
  const streams = createStockStreams({
    source: createCatalogStockSource(services),
    limits: limits.streams,
    pulse: livePage.pulse,
    measure: measure.streams,
    log,
  });
  const requestLimits = connectLimits(config, {
    log,
    lifecycle,
    redisMetrics: measure.redis,
    processes: processes.count,
  });
  const authorize = createAuthorizer(
    services.verifier,
    createKeyExchange({ auth: services.auth, limits: requestLimits, clock }),
  );
  const sendProblem = createProblemSender(config.PUBLIC_URL, log);
  const siteGuard = createSiteGuard(config.PUBLIC_URL);
  const table: readonly TableEntry[] = createRouteTable({
    ...services,
    recentAnswers: createRecentAnswers({
      reuseMs: config.PRODUCTS_REUSE_MS,
      clock,
      limits,
      onReused: measure.onProductsReused,
    }),
    streams,
    limits: requestLimits,
    readiness,
    authorize,
    siteGuard,
    queueDashboard: isOn(config.QUEUE_DASHBOARD, config)
      ? createQueueDashboard({
          workerUrl: config.WORKER_URL,
          authorize,
          siteGuard,
          serviceToken: services.auth.serviceToken,
          sendProblem,
        })
      : undefined,
    swaggerUi: isOn(config.API_DOCS, config) ? createSwaggerUi() : undefined,
    openApiDocument: () => openApiDocument,
    publicUrl: config.PUBLIC_URL,
    livePage,
  });
  const openApiDocument = createOpenApiDocument(table);
  const app = createExpressApp({ table, authorize });
  const hotLane = createHotLane({ table, authorize, sendProblem });
  const crossOrigin = createCrossOrigin(config.CORS_ORIGINS);
  const handler = createHttpHandler({
    app,
    hotLane,
    sendProblem,
    crossOrigin,
    coldRequestsMax: limits.coldRequestsMax,
    log,
    tracing,
    trustProxyHops: config.TRUST_PROXY_HOPS,
    requestLogLevel: config.LOG_REQUESTS === 'true' ? 'info' : 'debug',
    onServed: (served) => {
      measure.http(served);
      livePage.onServed(served);
    },
  });
  return { ...handler, streams };
};
