import { ReservationServiceService } from '@flashreserve/contracts/reservation';
import { type AuthConnection, connectAuth, defineService } from '@flashreserve/identity';
import {
  type Clock,
  createFailpoints,
  createLifecycle,
  createMetrics,
  createServingState,
  createTracing,
  type Failpoints,
  isOn,
  type Lifecycle,
  type Logger,
  leaveRotation,
  type ServingState,
  serveMetrics,
  systemClock,
  type Tracing,
} from '@flashreserve/ops';
import {
  type MutualTls,
  readMutualTls,
  startGrpcServer,
  storeUnavailable,
} from '@flashreserve/rpc';
import {
  connectMongo,
  createClockGuard,
  prepareCollections,
  translateStoreError,
  watchStore,
} from '@flashreserve/store';
import { createCancelReservation } from './application/cancel-reservation';
import { createConfirmReservation } from './application/confirm-reservation';
import { createExpireReservations } from './application/expire-reservations';
import { createGetReservation } from './application/get-reservation';
import { createListReservations } from './application/list-reservations';
import { createOpenHoldsLimit } from './application/open-holds-limit';
import type { Catalog, ExpiryScheduler, ReservationRepository } from './application/ports';
import { createReservationWriter } from './application/reservation-writer';
import { createReserve } from './application/reserve';
import { createResolveReservation } from './application/resolve-reservation';
import { createSettleHold } from './application/settle-hold';
import {
  type BullmqExpiryScheduler,
  createBullmqExpiryScheduler,
} from './bullmq/bullmq-expiry.scheduler';
import type { ReservationConfig } from './config';
import { ACCESS_POLICY } from './grpc/access-policy';
import { connectCatalog } from './grpc/catalog.client';
import { createReservationHandler, type ReservationUseCases } from './grpc/reservation.handler';
import { createReservationMetrics, type ReservationMetrics } from './metrics/reservation-metrics';
import { createMongoReservationRepository } from './mongo/mongo-reservation.repository';
import { createReservationModel } from './mongo/reservation.model';

export { configSchema, type ReservationConfig } from './config';

const SERVICE_NAME = 'flashreserve.reservation.v1.ReservationService';
const ERROR_DOMAIN = 'reservation.flashreserve';
const CLIENT_ID = 'reservation';
/** Redis and this service start together; without a short wait the first jobs would be left to the sweep. */
const REDIS_START_TIMEOUT_MS = 1_000;

export interface AppDependencies {
  readonly log: Logger;
  /** Decides what is due. */
  readonly clock?: Clock;
  readonly tracing?: Tracing;
}

/** A running reservation service. */
export interface App {
  /** Port of the gRPC server. */
  readonly port: number;
  /** Lets calls in flight finish and closes everything. */
  readonly stop: () => Promise<void>;
}

interface Parts {
  readonly config: ReservationConfig;
  readonly log: Logger;
  readonly clock: Clock;
  readonly lifecycle: Lifecycle;
  readonly measure: ReservationMetrics;
  readonly failpoints: Failpoints;
  readonly tls: MutualTls | undefined;
  readonly tracing: Tracing;
  readonly serving: ServingState;
}

const connectReservations = async (parts: Parts) => {
  const { config, log, lifecycle, failpoints, tracing, measure } = parts;
  const connection = await connectMongo({
    uri: config.MONGO_URI,
    dbName: `${config.MONGO_DB_PREFIX}_reservation`,
    log,
    tracing,
    metrics: measure.mongo,
  });
  lifecycle.onStop('mongo', () => connection.close());
  const model = createReservationModel(connection);
  await prepareCollections([model]);
  const reservations = createMongoReservationRepository(model);
  return { connection, reservations: failpoints.around('reservation.store', reservations) };
};

/** Calls that decide by the clock. Reads and settlements do not. */
const CALLS_BY_CLOCK = [
  'reserve',
  'batchReserve',
  'confirmReservation',
  'cancelReservation',
  'expireReservations',
] as const;

const startScheduler = (parts: Parts): BullmqExpiryScheduler => {
  const { config, log, clock, lifecycle, failpoints, measure } = parts;
  const scheduler = createBullmqExpiryScheduler({
    redisUrl: config.REDIS_URL,
    prefix: config.REDIS_PREFIX,
    clock,
    log,
    failpoints,
    measure,
  });
  lifecycle.onStop('expiry queue', scheduler.stop);
  return scheduler;
};

const connectToAuth = ({ config, clock, lifecycle, tls }: Parts): AuthConnection => {
  const auth = connectAuth({
    target: config.AUTH_ADDRESS,
    clientId: CLIENT_ID,
    clientSecret: config.RESERVATION_CLIENT_SECRET,
    clock,
    tls,
  });
  lifecycle.onStop('auth client', auth.close);
  return auth;
};

const connectToCatalog = (
  { config, log, lifecycle, measure, failpoints, tls }: Parts,
  auth: AuthConnection,
): Catalog => {
  const catalog = connectCatalog({
    target: config.CATALOG_ADDRESS,
    serviceToken: auth.serviceToken,
    tls,
    log,
    batchMetrics: measure.batches,
  });
  lifecycle.onStop('catalog client', catalog.close);
  lifecycle.onStop('catalog calls', catalog.drain);
  const { takeHold, settleHold } = catalog;
  return failpoints.around('reservation.catalog', { takeHold, settleHold });
};

const createUseCases = (
  { config, clock, lifecycle, measure }: Parts,
  adapters: {
    readonly reservations: ReservationRepository;
    readonly catalog: Catalog;
    readonly scheduler: ExpiryScheduler;
  },
): ReservationUseCases => {
  const { reservations } = adapters;
  const writer = createReservationWriter({
    reservations,
    clock,
    batchMetrics: measure.batches,
  });
  lifecycle.onStop('reservation writes', writer.drain);
  const settleHold = createSettleHold(adapters);
  const resolveReservation = createResolveReservation({ reservations, writer, clock });
  return {
    reserve: createReserve({
      ...adapters,
      writer,
      settleHold,
      withinOpenHolds: createOpenHoldsLimit({
        reservations,
        clock,
        limit: config.OPEN_HOLDS_PER_USER,
        ttlSeconds: config.RESERVATION_TTL_SECONDS,
      }),
      clock,
      ttlSeconds: config.RESERVATION_TTL_SECONDS,
    }),
    confirmReservation: createConfirmReservation({ resolveReservation, settleHold }),
    cancelReservation: createCancelReservation({ resolveReservation, settleHold }),
    getReservation: createGetReservation({ reservations, clock }),
    listReservations: createListReservations({ reservations, clock }),
    expireReservations: createExpireReservations({ reservations, clock }),
  };
};

const start = async (parts: Parts): Promise<number> => {
  const { config, log, clock, lifecycle, measure } = parts;
  const guard = createClockGuard({
    skewMaxMs: config.CLOCK_SKEW_MAX_MS,
    log,
    report: measure.onClockSkew,
  });
  const scheduler = startScheduler(parts);
  const { connection, reservations } = await connectReservations(parts);
  const auth = connectToAuth(parts);
  const catalog = connectToCatalog(parts, auth);
  const useCases = createUseCases(parts, {
    // Reads end what is due; by a wrong clock they may not.
    reservations: guard.around(reservations, ['expireDue']),
    catalog,
    scheduler,
  });
  await scheduler.waitUntilReady(REDIS_START_TIMEOUT_MS);

  const server = await startGrpcServer({
    host: config.HOST,
    port: config.RESERVATION_GRPC_PORT,
    serviceName: SERVICE_NAME,
    reflection: isOn(config.GRPC_REFLECTION, config),
    serving: parts.serving,
    tls: parts.tls,
    log,
    service: defineService({
      definition: ReservationServiceService,
      domain: ERROR_DOMAIN,
      policy: ACCESS_POLICY,
      handlers: guard.around(
        parts.failpoints.around('reservation.rpc', createReservationHandler(useCases)),
        CALLS_BY_CLOCK,
      ),
      verifier: {
        ...auth.verifier,
        authenticate: guard.explain(auth.verifier.authenticate),
      },
      translateError: translateStoreError,
      log,
      tracing: parts.tracing,
      rpcMetrics: parts.measure.rpc,
    }),
  });
  lifecycle.onStop('grpc server', () => server.stop());
  // Ready while its own store answers and its clock is right. Without Redis or catalog it can still confirm, cancel, expire and read.
  const watch = watchStore({
    connection,
    report: server.setServing,
    log,
    metrics: measure.mongo,
    time: { clock, guard },
  });
  leaveRotation(lifecycle, {
    turnOff: () => {
      watch.stop();
      server.setServing(false);
    },
    waitMs: config.DRAIN_WAIT_MS,
  });
  await watch.first;
  return server.port;
};

/**
 * Starts the reservation service: connects its store, makes collection and indexes where they are missing, and
 * serves. Redis, auth and catalog may be away at start.
 *
 * @throws whatever keeps the store or the port from being used
 */
export const createApp = async (config: ReservationConfig, deps: AppDependencies): Promise<App> => {
  const { log, clock = systemClock } = deps;
  const lifecycle = createLifecycle({ log });
  const tracing =
    deps.tracing ?? createTracing(config, { component: 'reservation', log, lifecycle });
  try {
    const metrics = createMetrics();
    const measure = createReservationMetrics(metrics);
    const failpoints = createFailpoints(config, { log, outage: storeUnavailable });
    const tls = readMutualTls(config);
    const serving = createServingState('reservation');
    const { checkReadiness } = serving;
    await serveMetrics({ metrics, config, checkReadiness, lifecycle, log });
    const port = await start({
      config,
      log,
      clock,
      lifecycle,
      measure,
      failpoints,
      tls,
      tracing,
      serving,
    });
    log.info({ port }, 'Reservation is serving.');
    return { port, stop: lifecycle.stop };
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
};
