import { joinAuth } from '@flashreserve/identity';
import {
  type App,
  type ComponentDependencies,
  createFailpoints,
  createServingState,
  runComponent,
} from '@flashreserve/ops';
import { readMutualTls, storeUnavailable } from '@flashreserve/rpc';
import { createClockGuard, serveFromStore } from '@flashreserve/store';
import { createSettleReturns } from './application/settle-returns';
import type { ReservationConfig } from './config';
import { joinCatalog, openReservations, startScheduler } from './connect-adapters';
import { createService } from './create-service';
import { createUseCases } from './create-use-cases';
import { createReservationMetrics } from './metrics/reservation-metrics';
import { startCleanUp } from './start-clean-up';
import { startReturnsRecovery } from './start-returns-recovery';

export { configSchema, type ReservationConfig } from './config';

/** Redis may start at the same time; without a short wait the sweep would do the first jobs. */
const REDIS_START_TIMEOUT_MS = 1_000;

/**
 * Starts the reservation service: connects its store, migrates it, and serves. Redis, auth and
 * catalog may be away at start. Without Redis or catalog it can still confirm, cancel, expire and
 * read.
 *
 * @throws any error from connecting to the store, migrating it or binding the port
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
      const store = await openReservations(base, { failpoints, measure });
      const auth = joinAuth(base, { clientSecret: config.RESERVATION_CLIENT_SECRET, tls });
      const { serviceToken } = auth;
      const catalog = joinCatalog(base, { serviceToken, failpoints, measure, tls });
      const settleReturns = createSettleReturns({ catalog, reservations: store.reservations });
      const useCases = createUseCases(base, {
        // Reads end what is due; by a wrong clock they must not.
        reservations: guard.around(store.reservations, ['expireDue']),
        catalog,
        scheduler,
        settleReturns,
        measure,
      });
      await scheduler.waitUntilReady(REDIS_START_TIMEOUT_MS);
      const serving = createServingState(base.name);
      const { checkReadiness } = serving;
      const adapters = { ...store, failpoints, tls, measure, guard, catalog, auth };
      return { ...adapters, settleReturns, useCases, serving, checkReadiness };
    },
    service: (base, parts) => {
      const { tls, measure, guard, connection, auth, serving } = parts;
      startCleanUp(base, parts);
      startReturnsRecovery(base, parts);
      return serveFromStore(base, {
        port: config.RESERVATION_GRPC_PORT,
        serviceName: 'flashreserve.reservation.v1.ReservationService',
        service: createService(base, { ...parts, verifier: auth.verifier }),
        serving,
        tls,
        connection,
        metrics: measure.mongo,
        guard,
      });
    },
  });
