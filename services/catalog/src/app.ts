import { joinAuth } from '@flashreserve/identity';
import {
  type App,
  type ComponentDependencies,
  createFailpoints,
  createServingState,
  runComponent,
} from '@flashreserve/ops';
import { readMutualTls, storeUnavailable } from '@flashreserve/rpc';
import { createClockGuard, openStore, runMigrations, serveFromStore } from '@flashreserve/store';
import type { CatalogConfig } from './config';
import { createService } from './create-service';
import { createUseCases } from './create-use-cases';
import { createCatalogMetrics } from './metrics/catalog-metrics';
import { MIGRATIONS } from './mongo/migrations';
import { createModels } from './mongo/models';
import { startAudit } from './start-audit';
import { startCleanUp } from './start-clean-up';

/**
 * Starts catalog. It serves once the store answers and is migrated; its health follows the store
 * from then on.
 *
 * @throws when the store cannot be reached or migrated, or the port cannot be bound
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
      await runMigrations({ connection, migrations: MIGRATIONS, log });
      const models = createModels(connection);
      const auth = joinAuth(base, { clientSecret: config.CATALOG_CLIENT_SECRET, tls });
      const useCases = createUseCases(base, { connection, models, measure, failpoints });
      const serving = createServingState(base.name);
      const { checkReadiness } = serving;
      const adapters = { failpoints, tls, measure, guard, connection, models, auth };
      return { ...adapters, useCases, serving, checkReadiness };
    },
    service: async (base, parts) => {
      const { tls, measure, guard, connection, auth, useCases, serving } = parts;
      startAudit(base, parts);
      startCleanUp(base, parts);
      return serveFromStore(base, {
        port: config.CATALOG_GRPC_PORT,
        serviceName: 'flashreserve.catalog.v1.CatalogService',
        service: createService(base, { ...parts, verifier: auth.verifier }),
        serving,
        tls,
        connection,
        metrics: measure.mongo,
        guard,
        endStreams: useCases.stopWatches,
      });
    },
  });
