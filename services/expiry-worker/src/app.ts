import { EXPIRY_QUEUE_NAME } from '@flashreserve/contracts';
import { connectAuth, type TokenVerifier } from '@flashreserve/identity';
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
  runAsTrace,
  type Stoppable,
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
import { connectProducerRedis } from '@flashreserve/store/redis';
import { Queue } from 'bullmq';
import { createSettleBatch } from './application/settle-batch';
import { createHoldSettler, type HoldSettler } from './application/settle-holds';
import { createOverdueSweep } from './application/sweep-overdue-holds';
import { watchEvictionPolicy } from './bullmq/eviction-policy';
import { createExpiryWorker } from './bullmq/expiry-worker';
import type { Config } from './config';
import { createCatalogClient } from './grpc/catalog.client';
import { createReservationClient } from './grpc/reservation.client';
import { createAdminApp } from './http/admin-app';
import { createDashboard } from './http/dashboard';
import { createDashboardGuard } from './http/dashboard-guard';
import { createReadiness, type Readiness } from './http/readiness';
import { createWorkerMetrics, type WorkerMetrics } from './metrics/worker-metrics';
import { createSweepTimer } from './timer/sweep.timer';

export interface AppDeps {
  readonly log: Logger;
  readonly clock?: Clock;
  readonly tracing?: Tracing;
}

export interface App extends Stoppable {
  /** Port of the admin server. */
  readonly port: number;
}

/** Share of the sweep interval that a hold must be overdue before the sweep takes it from its job, and the most of it. */
const GRACE_SHARE = 0.1;
const GRACE_MS_MAX = 2_000;

/**
 * Starts the worker. Waits for nothing: Redis and the services may come later, and each of them may go away
 * and come back.
 *
 * @throws Error when the admin port cannot be taken
 */
export const createApp = async (config: Config, deps: AppDeps): Promise<App> => {
  const lifecycle = createLifecycle({ log: deps.log });
  try {
    const { log, clock = systemClock } = deps;
    const tracing =
      deps.tracing ?? createTracing(config, { component: 'expiry-worker', log, lifecycle });
    const port = await start(config, { log, clock, tracing }, lifecycle);
    return { port, stop: lifecycle.stop };
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
};

const start = async (
  config: Config,
  deps: Required<AppDeps>,
  lifecycle: Lifecycle,
): Promise<number> => {
  const { log, clock, tracing } = deps;
  const failpoints = createFailpoints(config, { log, outage: storeUnavailable });
  const tls = readMutualTls(config);
  const metrics = createMetrics();
  const measure = createWorkerMetrics(metrics, { log });
  const { verifier, ...services } = connectServices(config, { clock, lifecycle, failpoints, tls });
  const settler = createHoldSettler({
    settleBatch: createSettleBatch({
      ...services,
      clock,
      log,
      onContradiction: measure.onContradiction,
    }),
    clock,
    observe: measure.batches('settle'),
  });
  lifecycle.onStop('holds', settler.drain);

  const { port, readiness } = await startAdminServer(config, {
    log,
    lifecycle,
    tls,
    measure,
    verifier,
  });
  await serveMetrics({ metrics, config, checkReadiness: readiness.check, lifecycle, log });

  const worker = createExpiryWorker({
    redisUrl: config.REDIS_URL,
    prefix: config.REDIS_PREFIX,
    ...failpoints.around('worker.job', { settle: settler.settle }),
    log,
    tracing,
    measure,
  });
  lifecycle.onStop('worker', worker.stop);
  const sweeper = createSweeper(config, services.catalog, settler, { log, tracing, measure });
  lifecycle.onStop('sweeper', sweeper.stop);
  // Nobody sends it work, so there is no load balancer to wait for.
  lifecycle.onStop('readiness', readiness.turnOff);
  worker.start();
  sweeper.start();
  log.info({ port }, 'The expiry worker is running.');
  return port;
};

const connectServices = (
  config: Config,
  deps: {
    readonly clock: Clock;
    readonly lifecycle: Lifecycle;
    readonly failpoints: Failpoints;
    readonly tls: MutualTls | undefined;
  },
) => {
  const { clock, lifecycle, failpoints, tls } = deps;
  const auth = connectAuth({
    target: config.AUTH_ADDRESS,
    clientId: 'expiry-worker',
    clientSecret: config.EXPIRY_WORKER_CLIENT_SECRET,
    clock,
    tls,
  });
  lifecycle.onStop('auth', auth.close);
  const { serviceToken } = auth;
  const catalog = createCatalogClient({ target: config.CATALOG_ADDRESS, serviceToken, tls });
  lifecycle.onStop('catalog', catalog.close);
  const reservations = createReservationClient({
    target: config.RESERVATION_ADDRESS,
    serviceToken,
    tls,
  });
  lifecycle.onStop('reservation', reservations.close);
  return {
    verifier: auth.verifier,
    catalog: failpoints.around('worker.catalog', catalog),
    reservations: failpoints.around('worker.reservation', reservations),
  };
};

const startAdminServer = async (
  config: Config,
  deps: {
    readonly log: Logger;
    readonly lifecycle: Lifecycle;
    readonly tls: MutualTls | undefined;
    readonly measure: WorkerMetrics;
    readonly verifier: TokenVerifier;
  },
): Promise<{ readonly port: number; readonly readiness: Readiness }> => {
  const { log, lifecycle, tls, measure, verifier } = deps;
  // Fails fast, so that looking at the queue never waits for a Redis that is away.
  const redis = connectProducerRedis(config.REDIS_URL, log);
  watchEvictionPolicy(redis, log);
  measure.redis('queue', redis);
  const queue = new Queue(EXPIRY_QUEUE_NAME, {
    connection: redis,
    prefix: config.REDIS_PREFIX,
    // The queue then sends nothing of its own accord. Its start-up commands run only once, and a Redis that
    // goes away in the middle of them would leave the dashboard without its queue for good.
    skipWaitingForReady: true,
    skipVersionCheck: true,
    skipMetasUpdate: true,
  });
  queue.on('error', (error) => {
    log.debug({ err: error }, 'The dashboard cannot reach the queue.');
  });
  measure.showQueue(queue);
  lifecycle.onStop('queue', async () => {
    await queue.close();
    redis.disconnect();
  });
  const reservation = createHealthProbe(config.RESERVATION_ADDRESS, {
    tls,
    serverName: 'reservation',
  });
  lifecycle.onStop('reservation probe', reservation.close);
  const catalog = createHealthProbe(config.CATALOG_ADDRESS, { tls, serverName: 'catalog' });
  lifecycle.onStop('catalog probe', catalog.close);
  const readiness = createReadiness({ reservation, catalog, pingRedis: () => redis.ping() });
  const allowsActions = config.DASHBOARD_MAY_CHANGE_QUEUE === 'true';
  const server = await startHttpServer({
    host: config.HOST,
    port: config.WORKER_HTTP_PORT,
    handler: createAdminApp({
      dashboard: isOn(config.QUEUE_DASHBOARD, config)
        ? {
            guard: createDashboardGuard({ verifier, allowsActions }),
            board: createDashboard(queue, { allowsActions }),
          }
        : undefined,
      queueIsReachable: () => redis.status === 'ready',
      checkReadiness: readiness.check,
      log,
    }),
  });
  lifecycle.onStop('admin server', () => server.stop());
  return { port: server.port, readiness };
};

const createSweeper = (
  config: Config,
  catalog: Parameters<typeof createOverdueSweep>[0]['catalog'],
  settler: HoldSettler,
  deps: { readonly log: Logger; readonly tracing: Tracing; readonly measure: WorkerMetrics },
) => {
  const { log, tracing, measure } = deps;
  const intervalMs = config.SWEEP_INTERVAL_SECONDS * 1_000;
  const sweepOnce = createOverdueSweep({
    catalog,
    settle: settler.settle,
    graceMs: Math.min(GRACE_MS_MAX, intervalMs * GRACE_SHARE),
    log,
  });
  const sweep = measure.sweep(sweepOnce);
  return createSweepTimer({
    sweep: (signal) => runAsTrace(tracing.tracer, 'sweep', () => sweep(signal)),
    intervalMs,
    log,
  });
};
