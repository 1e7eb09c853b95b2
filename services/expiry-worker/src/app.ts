import { EXPIRY_QUEUE_NAME } from '@flashreserve/contracts';
import { type Clock, systemClock } from '@flashreserve/platform/clock';
import { isOn } from '@flashreserve/platform/config';
import { createFailpoints, type Failpoints } from '@flashreserve/platform/failpoints';
import { createHealthProbe, type MutualTls, readMutualTls } from '@flashreserve/platform/grpc';
import { startHttpServer } from '@flashreserve/platform/http';
import { connectAuth } from '@flashreserve/platform/identity';
import { createLifecycle, type Lifecycle, type Stoppable } from '@flashreserve/platform/lifecycle';
import type { Logger } from '@flashreserve/platform/logging';
import { connectProducerRedis } from '@flashreserve/platform/redis';
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
import { createReadinessCheck } from './http/readiness';
import { createSweepTimer } from './timer/sweep.timer';

export interface AppDeps {
  readonly log: Logger;
  readonly clock?: Clock;
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
    const port = await start(config, { clock: systemClock, ...deps }, lifecycle);
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
  const { log, clock } = deps;
  const failpoints = createFailpoints(config, deps);
  const tls = readMutualTls(config);
  const services = connectServices(config, { clock, lifecycle, failpoints, tls });
  const settler = createHoldSettler({
    settleBatch: createSettleBatch({ ...services, clock, log }),
    clock,
  });
  lifecycle.onStop('holds', settler.drain);

  const port = await startAdminServer(config, { log, lifecycle, tls });

  const worker = createExpiryWorker({
    redisUrl: config.REDIS_URL,
    prefix: config.REDIS_PREFIX,
    ...failpoints.around('worker.job', { settle: settler.settle }),
    log,
  });
  lifecycle.onStop('worker', worker.stop);
  const sweeper = createSweeper(config, services.catalog, settler, log);
  lifecycle.onStop('sweeper', sweeper.stop);
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
  },
): Promise<number> => {
  const { log, lifecycle, tls } = deps;
  // Fails fast, so that looking at the queue never waits for a Redis that is away.
  const redis = connectProducerRedis(config.REDIS_URL, log);
  watchEvictionPolicy(redis, log);
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
  const server = await startHttpServer({
    host: config.HOST,
    port: config.WORKER_HTTP_PORT,
    handler: createAdminApp({
      dashboard: isOn(config.QUEUE_DASHBOARD, config) ? createDashboard(queue) : undefined,
      queueIsReachable: () => redis.status === 'ready',
      checkReadiness: createReadinessCheck({ reservation, catalog, pingRedis: () => redis.ping() }),
      log,
    }),
  });
  lifecycle.onStop('admin server', () => server.stop());
  return server.port;
};

const createSweeper = (
  config: Config,
  catalog: Parameters<typeof createOverdueSweep>[0]['catalog'],
  settler: HoldSettler,
  log: Logger,
) => {
  const intervalMs = config.SWEEP_INTERVAL_SECONDS * 1_000;
  return createSweepTimer({
    sweep: createOverdueSweep({
      catalog,
      settle: settler.settle,
      graceMs: Math.min(GRACE_MS_MAX, intervalMs * GRACE_SHARE),
      log,
    }),
    intervalMs,
    log,
  });
};
