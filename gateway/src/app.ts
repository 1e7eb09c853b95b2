import { connectAuth } from '@flashreserve/identity';
import {
  type Clock,
  createFailpoints,
  createLifecycle,
  createMetrics,
  createTracing,
  type Failpoints,
  isOn,
  type Lifecycle,
  type Logger,
  leaveRotation,
  serveMetrics,
  startHttpServer,
  systemClock,
  type Tracing,
} from '@flashreserve/ops';
import {
  createHealthProbe,
  type MutualTls,
  readMutualTls,
  storeUnavailable,
} from '@flashreserve/rpc';
import type { GatewayConfig } from './config';
import { createAuthApi } from './grpc/auth.client';
import { createCatalogApi } from './grpc/catalog.client';
import { createReservationApi } from './grpc/reservation.client';
import { createSoldOutMemory } from './grpc/sold-out-memory';
import { createExpressApp, createHttpHandler, isProbe } from './http/create-http-handler';
import { createRouteTable } from './http/create-route-table';
import { createCrossOrigin } from './http/cross-origin';
import { createHotLane } from './http/hot-lane';
import { createLivePage } from './http/live/live-page';
import { createPulse } from './http/live/pulse';
import { createPulseFeed } from './http/live/pulse-feed';
import { createAuthorizer } from './http/middleware/authorize';
import { createSiteGuard } from './http/middleware/cross-site';
import { createQueueDashboard } from './http/middleware/queue-dashboard';
import { createProblemSender } from './http/middleware/send';
import { createOpenApiDocument } from './http/openapi/create-openapi-document';
import { createSwaggerUi } from './http/openapi/swagger-ui';
import { createReadiness } from './http/readiness';
import type { TableEntry } from './http/route';
import { connectLimits } from './limits/connect-limits';
import { createGatewayMetrics, type GatewayMetrics } from './metrics/gateway-metrics';
import { createCatalogStockSource } from './streams/catalog-stock-source';
import { createStockStreams } from './streams/stock-streams';

export interface GatewayApp {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** Requests in flight get this long to end; longer than the usual time limit of a route. */
const DRAIN_MS = 11_000;
const STOP_STEP_MS = 12_000;

const connectServices = (
  config: GatewayConfig,
  parts: {
    readonly log: Logger;
    readonly clock: Clock;
    readonly lifecycle: Lifecycle;
    readonly measure: GatewayMetrics;
    readonly failpoints: Failpoints;
    readonly tls: MutualTls | undefined;
  },
) => {
  const { log, clock, lifecycle, measure, failpoints, tls } = parts;
  const connection = connectAuth({
    target: config.AUTH_ADDRESS,
    clientId: 'gateway',
    clientSecret: config.GATEWAY_CLIENT_SECRET,
    clock,
    tls,
  });
  lifecycle.onStop('auth client', connection.close);
  const catalog = createCatalogApi(config.CATALOG_ADDRESS, tls);
  lifecycle.onStop('catalog client', catalog.close);
  const auth = createAuthApi(connection);
  const reservation = createReservationApi({
    target: config.RESERVATION_ADDRESS,
    serviceToken: auth.serviceToken,
    soldOut: measure.countReuse(createSoldOutMemory({ reuseMs: config.SOLD_OUT_REUSE_MS, clock })),
    clock,
    log,
    batchMetrics: measure.batches,
    tls,
  });
  lifecycle.onStop('reservation client', reservation.close);
  lifecycle.onStop('reservation calls', reservation.drain);
  const { reserve, confirm, cancel } = reservation;
  return {
    verifier: connection.verifier,
    auth,
    catalog,
    reservation: {
      ...reservation,
      ...failpoints.around('gateway.reservation', { reserve, confirm, cancel }),
    },
  };
};

const connectProbes = (
  config: GatewayConfig,
  { lifecycle, tls }: { readonly lifecycle: Lifecycle; readonly tls: MutualTls | undefined },
) => {
  const probes = {
    auth: createHealthProbe(config.AUTH_ADDRESS, { tls, serverName: 'auth' }),
    catalog: createHealthProbe(config.CATALOG_ADDRESS, { tls, serverName: 'catalog' }),
    reservation: createHealthProbe(config.RESERVATION_ADDRESS, { tls, serverName: 'reservation' }),
  };
  lifecycle.onStop('health probes', () => {
    for (const probe of Object.values(probes)) probe.close();
  });
  return probes;
};

/** Starts everything and registers how it is stopped. Resolves to the port. */
const start = async (
  config: GatewayConfig,
  deps: { readonly log: Logger; readonly clock: Clock; readonly tracing: Tracing },
  lifecycle: Lifecycle,
): Promise<number> => {
  const { log, clock, tracing } = deps;
  const tls = readMutualTls(config);
  const metrics = createMetrics();
  const measure = createGatewayMetrics(metrics);
  const failpoints = createFailpoints(config, { log, outage: storeUnavailable });
  const services = connectServices(config, { log, clock, lifecycle, measure, failpoints, tls });
  const pulse = config.LIVE_PAGE === 'true' ? createPulse({ clock }) : undefined;
  const streams = createStockStreams({
    source: createCatalogStockSource(services),
    limits: { max: config.STREAMS_MAX, perAddress: config.STREAMS_PER_ADDRESS },
    pulse: pulse && createPulseFeed(pulse),
    measure: measure.streams,
    log,
  });
  const readiness = createReadiness(connectProbes(config, { lifecycle, tls }));
  const authorize = createAuthorizer(services.verifier);
  const sendProblem = createProblemSender(config.PUBLIC_URL, log);
  const siteGuard = createSiteGuard(config.PUBLIC_URL);
  const table: readonly TableEntry[] = createRouteTable({
    ...services,
    streams,
    limits: connectLimits(config, { log, lifecycle, redisMetrics: measure.redis }),
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
    live: pulse && { page: createLivePage(), pulse },
  });
  const openApiDocument = createOpenApiDocument(table);
  const app = createExpressApp({
    table,
    authorize,
    trustProxyHops: config.TRUST_PROXY_HOPS,
  });
  const hotLane = createHotLane({ table, authorize, sendProblem });
  const crossOrigin = createCrossOrigin(config.CORS_ORIGINS);
  const { serve, refuse } = createHttpHandler({
    app,
    hotLane,
    sendProblem,
    crossOrigin,
    log,
    tracing,
    requestLogLevel: config.LOG_REQUESTS === 'true' ? 'info' : 'debug',
    onServed: (served) => {
      measure.http(served);
      pulse?.record(served);
    },
  });
  await serveMetrics({ metrics, config, checkReadiness: readiness.check, lifecycle, log });
  const server = await startHttpServer({
    handler: serve,
    onOverload: refuse,
    isAlwaysServed: isProbe,
    limits: {
      // Behind proxies every connection has their address.
      connectionsPerAddressMax: config.TRUST_PROXY_HOPS === 0 ? config.CONNECTIONS_PER_ADDRESS : 0,
    },
    host: config.HOST,
    port: config.PORT,
  });
  lifecycle.onStop('HTTP server', () => server.stop(DRAIN_MS));
  lifecycle.onStop('streams', streams.stop);
  leaveRotation(lifecycle, { turnOff: readiness.turnOff, waitMs: config.DRAIN_WAIT_MS });
  return server.port;
};

/**
 * Starts the gateway. It takes requests at once and answers 503 for what is not there yet, so components may
 * start in any order. Stop order: not ready, requests drained, clients closed.
 *
 * @throws when a port cannot be bound or a setting cannot be used; nothing is left running then
 */
export const createApp = async (
  config: GatewayConfig,
  deps: { readonly log: Logger; readonly clock?: Clock; readonly tracing?: Tracing },
): Promise<GatewayApp> => {
  const { log, clock = systemClock } = deps;
  const lifecycle = createLifecycle({ log, stepTimeoutMs: STOP_STEP_MS });
  try {
    const tracing = deps.tracing ?? createTracing(config, { component: 'gateway', log, lifecycle });
    const port = await start(config, { log, clock, tracing }, lifecycle);
    log.info({ port }, 'The gateway takes requests.');
    return { port, stop: lifecycle.stop };
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
};
