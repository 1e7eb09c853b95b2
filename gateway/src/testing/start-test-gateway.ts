import { ANONYMOUS, type Principal, type TokenVerifier } from '@flashreserve/identity';
import { createLivePage } from '@flashreserve/live-page';
import {
  type Clock,
  createMetrics,
  createSilentLogger,
  type Logger,
  loadConfig,
  startHttpServer,
  systemClock,
} from '@flashreserve/ops';
import { unauthenticated } from '@flashreserve/rpc';
import type { AuthApi } from '../grpc/auth.client';
import type { CatalogApi } from '../grpc/catalog.client';
import type { ReservationApi } from '../grpc/reservation.client';
import { createExpressApp, createHttpHandler, isProbe } from '../http/create-http-handler';
import { createRouteTable } from '../http/create-route-table';
import { createCrossOrigin } from '../http/cross-origin';
import { createHotLane } from '../http/hot-lane';
import { createKeyExchange } from '../http/middleware/api-keys';
import { createAuthorizer } from '../http/middleware/authorize';
import { createSiteGuard } from '../http/middleware/cross-site';
import { createQueueDashboard } from '../http/middleware/queue-dashboard';
import { createProblemSender } from '../http/middleware/send-problem';
import { createOpenApiDocument } from '../http/openapi/create-openapi-document';
import { createSwaggerUi } from '../http/openapi/swagger-ui';
import { createReadiness } from '../http/readiness';
import { createRecentAnswers } from '../http/recent-answers';
import type { TableEntry } from '../http/route';
import { serveFiles } from '../http/static-documents';
import { limitSchema } from '../limits/config';
import type { CounterStore } from '../limits/counter';
import { createLimits } from '../limits/limits';
import { createStreamMetrics } from '../metrics/stream-metrics';
import { createCatalogStockSource } from '../streams/catalog-stock';
import { createStockStreams } from '../streams/stock-streams';

export const USER_ID = '0198a1b2-0000-7000-8000-00000000000a';

/** Tokens that the test gateway accepts, with their principals. */
const PRINCIPALS: Readonly<Record<string, Principal>> = {
  guest: { kind: 'user', userId: USER_ID, role: 'GUEST', token: 'guest' },
  customer: { kind: 'user', userId: USER_ID, role: 'CUSTOMER', token: 'customer' },
  admin: { kind: 'user', userId: USER_ID, role: 'ADMIN', token: 'admin' },
  service: { kind: 'service', clientId: 'shop', token: 'service' },
  client: {
    kind: 'client',
    clientId: 'webshop',
    name: 'Web shop',
    scopes: new Set(['reservations:read', 'reservations:write']),
    token: 'client',
    sessionId: '0198a1b2-0000-7000-8000-00000000000c',
    expiresAt: new Date('2100-01-01T00:00:00Z'),
  },
};

const recall = (authorization: string): Principal | undefined =>
  PRINCIPALS[authorization.replace('Bearer ', '')];

const EXPIRED = 'Bearer expired';

const verifier: TokenVerifier = {
  recall,
  authenticate: async (authorization) => {
    if (authorization === undefined) return ANONYMOUS;
    const principal = recall(authorization.toString());
    if (authorization.toString() === EXPIRED) throw unauthenticated('TOKEN_EXPIRED');
    if (principal === undefined) throw unauthenticated('TOKEN_INVALID');
    return principal;
  },
  confirmSession: async () => undefined,
};

/** A service with only the given functions; calls of any other reject. */
const only = <Api extends object>(given: Partial<Api>): Api =>
  new Proxy(given, {
    get: (target, name) =>
      Reflect.get(target, name) ??
      (() => Promise.reject(new Error(`The test did not expect ${String(name)}.`))),
  }) as Api;

export interface TestServices {
  readonly auth?: Partial<AuthApi>;
  readonly catalog?: Partial<CatalogApi>;
  readonly reservation?: Partial<ReservationApi>;
  readonly isServing?: (service: string) => boolean;
  readonly workerUrl?: string;
  readonly publicUrl?: string;
  readonly log?: Logger;
  readonly trustProxyHops?: number;
  /** Clock of the live sale page's pulse and of recent answers. */
  readonly clock?: Clock;
  readonly confirmBy?: 'customer' | 'backend';
  /** On by default. */
  readonly livePage?: boolean;
  /** Environment variables of limits; the rest have their defaults. */
  readonly limits?: Readonly<Record<string, string>>;
  readonly counterStore?: CounterStore;
  readonly corsOrigins?: readonly string[];
  /** False disables them, as in production. */
  readonly apiDocs?: boolean;
  readonly hasDashboard?: boolean;
}

const probeOf = (isServing: () => boolean) => ({
  check: async () => (isServing() ? ('serving' as const) : ('not-serving' as const)),
});

/** Creates the whole HTTP side of the gateway with the given services. */
export const createTestGateway = (services: TestServices = {}) => {
  const { isServing = () => true, workerUrl = 'http://127.0.0.1:9' } = services;
  const { apiDocs = true, hasDashboard = true, corsOrigins = [] } = services;
  const log = services.log ?? createSilentLogger();
  const sendProblem = createProblemSender(services.publicUrl, log);
  const readiness = createReadiness({
    auth: probeOf(() => isServing('auth')),
    catalog: probeOf(() => isServing('catalog')),
    reservation: probeOf(() => isServing('reservation')),
  });
  const clock = services.clock ?? systemClock;
  const livePage = createLivePage({
    isEnabled: services.livePage !== false,
    confirmBy: services.confirmBy ?? 'customer',
    clock,
    serveFiles,
  });
  const auth = only<AuthApi>({
    serviceToken: async () => ({ token: 'gateway' }),
    ...services.auth,
  });
  const limitConfig = loadConfig(limitSchema, services.limits ?? {});
  const limits = createLimits(limitConfig, services.counterStore);
  const authorize = createAuthorizer(verifier, createKeyExchange({ auth, limits, clock }));
  const catalog = only<CatalogApi>(services.catalog ?? {});
  const streams = createStockStreams({
    source: createCatalogStockSource({ auth, catalog }),
    limits: { max: limitConfig.STREAMS_MAX, perAddress: limitConfig.STREAMS_PER_ADDRESS },
    pulse: livePage.pulse,
    measure: createStreamMetrics(createMetrics()),
    log,
  });
  const siteGuard = createSiteGuard(services.publicUrl);
  const table: readonly TableEntry[] = createRouteTable({
    auth,
    catalog,
    recentAnswers: createRecentAnswers({ reuseMs: 100, clock }),
    reservation: only<ReservationApi>({
      recallSoldOut: () => undefined,
      ...services.reservation,
    }),
    streams,
    limits,
    readiness,
    authorize,
    siteGuard,
    queueDashboard: hasDashboard
      ? createQueueDashboard({
          workerUrl,
          authorize,
          siteGuard,
          serviceToken: async () => ({ token: 'gateway' }),
          sendProblem,
        })
      : undefined,
    swaggerUi: apiDocs ? createSwaggerUi() : undefined,
    openApiDocument: () => document,
    publicUrl: services.publicUrl,
    livePage,
  });
  const document = createOpenApiDocument(table);
  const app = createExpressApp({ table, authorize });
  const hotLane = createHotLane({ table, authorize, sendProblem });
  const crossOrigin = createCrossOrigin(corsOrigins);
  return {
    table,
    document,
    app,
    readiness,
    streams,
    handler: createHttpHandler({
      app,
      hotLane,
      sendProblem,
      crossOrigin,
      log,
      trustProxyHops: services.trustProxyHops ?? 0,
      onServed: livePage.onServed,
    }),
  };
};

/** Starts a test gateway on a free port. */
export const startTestGateway = async (services: TestServices = {}) => {
  const { handler, readiness, streams } = createTestGateway(services);
  const server = await startHttpServer({
    handler: handler.serve,
    onOverload: handler.refuse,
    isAlwaysServed: isProbe,
    host: '127.0.0.1',
    port: 0,
  });
  const stopAll = (): Promise<void> => {
    streams.stop();
    return server.stop(100);
  };
  return { port: server.port, readiness, stop: stopAll };
};
