import { CatalogServiceService } from '@flashreserve/contracts/catalog';
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
import type { CatalogConfig } from './config';
import { createUseCases } from './create-use-cases';
import { ACCESS_POLICY } from './grpc/access-policy';
import { createCatalogHandler } from './grpc/catalog.handler';
import { createCatalogMetrics } from './metrics/catalog-metrics';
import { createModels } from './mongo/models';
import { startAudit } from './start-audit';
import { startCleanUp } from './start-clean-up';

/** Calls that depend on the clock. Reads and settlements do not. */
const CALLS_BY_CLOCK = ['decrementStock', 'batchDecrementStock', 'listOverdueHolds'] as const;

/**
 * Starts catalog. It serves once the store answers and the indexes exist; its health follows the
 * store from then on.
 *
 * @throws when the store cannot be reached or the port cannot be bound
 */
export const createApp = (
  config: CatalogConfig,
  dependencies: ComponentDependencies,
): Promise<App> =>
  runComponent({
    name: 'catalog',
    config,
    dependencies,
    ready: 'Catalog is serving.',
    parts: async (base) => {
      const { log, clock, metrics } = base;
      const failpoints = createFailpoints(config, { log, outage: storeUnavailable });
      const tls = readMutualTls(config);
      const measure = createCatalogMetrics(metrics, { clock, log });
      const guard = createClockGuard({
        skewMaxMs: config.CLOCK_SKEW_MAX_MS,
        log,
        report: measure.onClockSkew,
      });
      const connection = await openStore(base, measure.mongo);
      const models = createModels(connection);
      await prepareCollections(Object.values(models));
      const auth = joinAuth(base, { clientSecret: config.CATALOG_CLIENT_SECRET, tls });
      const useCases = createUseCases(base, { connection, models, measure, failpoints });
      const serving = createServingState(base.name);
      const { checkReadiness } = serving;
      const adapters = { failpoints, tls, measure, guard, connection, models, auth };
      return { ...adapters, useCases, serving, checkReadiness };
    },
    service: async (base, parts) => {
      const { failpoints, tls, measure, guard, connection, auth, serving } = parts;
      const { stopWatches, ...useCases } = parts.useCases;
      // Failpoints wrap calls with a single response; a stream has none.
      const { watchStock, ...unary } = createCatalogHandler(useCases);
      startAudit(base, parts);
      startCleanUp(base, parts);
      return serveFromStore(base, {
        port: config.CATALOG_GRPC_PORT,
        serviceName: 'flashreserve.catalog.v1.CatalogService',
        service: defineService({
          definition: CatalogServiceService,
          domain: 'catalog.flashreserve',
          policy: ACCESS_POLICY,
          handlers: {
            ...guard.around(failpoints.around('catalog.rpc', unary), CALLS_BY_CLOCK),
            watchStock,
          },
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
        endStreams: stopWatches,
      });
    },
  });
