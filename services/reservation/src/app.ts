import { ReservationServiceService } from '@flashreserve/contracts/reservation';
import { defineService, joinAuth } from '@flashreserve/identity';
import {
  type App,
  type ComponentDependencies,
  createFailpoints,
  createServingState,
  runComponent,
} from '@flashreserve/ops';
import { readMutualTls, storeUnavailable } from '@flashreserve/rpc';
import {
  createClockGuard,
  openStore,
  prepareCollections,
  serveFromStore,
  translateStoreError,
} from '@flashreserve/store';
import type { ReservationConfig } from './config';
import { joinCatalog, startScheduler } from './connect-adapters';
import { createUseCases } from './create-use-cases';
import { ACCESS_POLICY } from './grpc/access-policy';
import { createReservationHandler } from './grpc/reservation.handler';
import { createReservationMetrics } from './metrics/reservation-metrics';
import { createReservationModel } from './mongo/reservation.model';
import { createReservationRepository } from './mongo/reservation.repository';
import { startCleanUp } from './start-clean-up';

export { configSchema, type ReservationConfig } from './config';

/** Redis and this service start together; without a short wait the first jobs would be left to the sweep. */
const REDIS_START_TIMEOUT_MS = 1_000;

/** Calls that decide by the clock. Reads and settlements do not. */
const CALLS_BY_CLOCK = [
  'reserve',
  'batchReserve',
  'confirmReservation',
  'cancelReservation',
  'expireReservations',
] as const;

/**
 * Starts the reservation service: connects its store, creates collection and indexes if they are
 * missing, and serves. Redis, auth and catalog may be away at start. Without Redis or catalog it can
 * still confirm, cancel, expire and read.
 *
 * @throws any error from connecting to the store or binding the port
 */
export const createApp = (
  config: ReservationConfig,
  dependencies: ComponentDependencies,
): Promise<App> =>
  runComponent({
    name: 'reservation',
    config,
    dependencies,
    ready: 'Reservation is serving.',
    parts: async (base) => {
      const { log, metrics } = base;
      const failpoints = createFailpoints(config, { log, outage: storeUnavailable });
      const tls = readMutualTls(config);
      const measure = createReservationMetrics(metrics);
      const guard = createClockGuard({
        skewMaxMs: config.CLOCK_SKEW_MAX_MS,
        log,
        report: measure.onClockSkew,
      });
      const scheduler = startScheduler(base, { failpoints, measure });
      const connection = await openStore(base, measure.mongo);
      const model = createReservationModel(connection);
      await prepareCollections([model]);
      const repository = createReservationRepository(model);
      const reservations = failpoints.around('reservation.store', repository);
      const auth = joinAuth(base, { clientSecret: config.RESERVATION_CLIENT_SECRET, tls });
      const { serviceToken } = auth;
      const catalog = joinCatalog(base, { serviceToken, failpoints, measure, tls });
      const useCases = createUseCases(base, {
        // Reads end what is due; by a wrong clock they must not.
        reservations: guard.around(reservations, ['expireDue']),
        catalog,
        scheduler,
        measure,
      });
      await scheduler.waitUntilReady(REDIS_START_TIMEOUT_MS);
      const serving = createServingState(base.name);
      const { checkReadiness } = serving;
      const adapters = { failpoints, tls, measure, guard, connection, model, catalog, auth };
      return { ...adapters, useCases, serving, checkReadiness };
    },
    service: (base, parts) => {
      const { failpoints, tls, measure, guard, connection, auth, useCases, serving } = parts;
      startCleanUp(base, parts);
      return serveFromStore(base, {
        port: config.RESERVATION_GRPC_PORT,
        serviceName: 'flashreserve.reservation.v1.ReservationService',
        service: defineService({
          definition: ReservationServiceService,
          domain: 'reservation.flashreserve',
          policy: ACCESS_POLICY,
          handlers: guard.around(
            failpoints.around('reservation.rpc', createReservationHandler(useCases)),
            CALLS_BY_CLOCK,
          ),
          verifier: {
            ...auth.verifier,
            authenticate: guard.explain(auth.verifier.authenticate),
          },
          translateError: translateStoreError,
          log: base.log,
          tracing: base.tracing,
          rpcMetrics: measure.rpc,
        }),
        serving,
        tls,
        connection,
        metrics: measure.mongo,
        guard,
      });
    },
  });
