import { CatalogServiceService } from '@flashreserve/contracts/catalog';
import { connectAuth, defineService } from '@flashreserve/identity';
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
  type Stoppable,
  serveMetrics,
  systemClock,
  type Tracing,
} from '@flashreserve/ops';
import { readMutualTls, startGrpcServer, storeUnavailable } from '@flashreserve/rpc';
import {
  backOff,
  connectMongo,
  createClockGuard,
  prepareCollections,
  translateStoreError,
  watchStore,
} from '@flashreserve/store';
import type { Connection } from 'mongoose';
import { createAdjustStock } from './application/adjust-stock';
import { createAuditStock } from './application/audit-stock';
import { createCreateProduct } from './application/create-product';
import { createDecrementStock } from './application/decrement-stock';
import { createGetProduct } from './application/get-product';
import { createListOverdueHolds } from './application/list-overdue-holds';
import { createListProducts } from './application/list-products';
import { createPeriodicAudit } from './application/periodic-audit';
import { createProductLists } from './application/product-lists';
import { createSettleHolds } from './application/settle-holds';
import { createStockWriter } from './application/stock-writer';
import { createUpdateProduct } from './application/update-product';
import type { CatalogUseCases } from './application/use-cases';
import { createWatchStock } from './application/watch-stock';
import type { CatalogConfig } from './config';
import { ACCESS_POLICY } from './grpc/access-policy';
import { createCatalogHandler } from './grpc/catalog.handler';
import { type CatalogMetrics, createCatalogMetrics } from './metrics/catalog-metrics';
import { type CatalogModels, createModels } from './mongo/models';
import { createMongoAuditReader } from './mongo/mongo-audit.reader';
import { createMongoHoldRepository } from './mongo/mongo-hold.repository';
import { createMongoLedgerReader } from './mongo/mongo-ledger.reader';
import { createMongoProductRepository } from './mongo/mongo-product.repository';
import { createMongoStockRepository } from './mongo/mongo-stock.repository';
import { createMongoRunTransaction } from './mongo/mongo-transaction';

export interface CatalogDeps {
  readonly log: Logger;
  readonly clock?: Clock;
  readonly tracing?: Tracing;
}

export interface CatalogApp extends Stoppable {
  /** The port that was bound. */
  readonly port: number;
}

const SERVICE_NAME = 'flashreserve.catalog.v1.CatalogService';
const ERROR_DOMAIN = 'catalog.flashreserve';

/** Calls that decide by the clock. Reads and settlements do not. */
const CALLS_BY_CLOCK = ['decrementStock', 'batchDecrementStock', 'listOverdueHolds'] as const;

const openStore = async (
  config: CatalogConfig,
  deps: {
    readonly log: Logger;
    readonly lifecycle: Lifecycle;
    readonly tracing: Tracing;
    readonly measure: CatalogMetrics;
  },
): Promise<{ readonly connection: Connection; readonly models: CatalogModels }> => {
  const connection = await connectMongo({
    uri: config.MONGO_URI,
    dbName: `${config.MONGO_DB_PREFIX}_catalog`,
    log: deps.log,
    tracing: deps.tracing,
    metrics: deps.measure.mongo,
  });
  deps.lifecycle.onStop('store', () => connection.close());
  const models = createModels(connection);
  await prepareCollections(Object.values(models));
  return { connection, models };
};

const createUseCases = (deps: {
  readonly connection: Connection;
  readonly models: CatalogModels;
  readonly clock: Clock;
  readonly lifecycle: Lifecycle;
  readonly measure: CatalogMetrics;
  readonly failpoints: Failpoints;
}): CatalogUseCases & { readonly stopWatches: () => Promise<void> } => {
  const { connection, models, clock, lifecycle, measure, failpoints } = deps;
  const products = createMongoProductRepository(models);
  measure.showStock(products);
  const runTransaction = createMongoRunTransaction(connection, models);
  const stock = createStockWriter({
    store: failpoints.around(
      'catalog.store',
      createMongoStockRepository(connection, models, failpoints),
    ),
    clock,
    backOff,
    observe: {
      take: measure.batches('take'),
      settle: measure.batches('settle'),
      product: measure.batches('product'),
    },
    onDecided: measure.holds,
  });
  lifecycle.onStop('stock writes', stock.drain);
  const lists = createProductLists({ products, observe: measure.batches('lists') });
  lifecycle.onStop('product lists', lists.drain);
  const watches = createWatchStock({ products, clock });
  return {
    createProduct: createCreateProduct({ products, runTransaction, clock }),
    getProduct: createGetProduct({ products }),
    listProducts: createListProducts({ lists }),
    updateProduct: createUpdateProduct({ stock }),
    adjustStock: createAdjustStock({ stock }),
    decrementStock: createDecrementStock({ stock }),
    restoreStock: createSettleHolds({ stock, into: 'RELEASED' }),
    commitStock: createSettleHolds({ stock, into: 'SOLD' }),
    listOverdueHolds: createListOverdueHolds({
      holds: createMongoHoldRepository(models),
      clock,
    }),
    auditStock: createAuditStock({ figures: createMongoAuditReader(connection, models) }),
    watchStock: watches.watch,
    stopWatches: watches.stop,
  };
};

const startAudit = (
  config: CatalogConfig,
  deps: {
    readonly connection: Connection;
    readonly models: CatalogModels;
    readonly lifecycle: Lifecycle;
    readonly measure: CatalogMetrics;
    readonly log: Logger;
  },
): void => {
  if (config.AUDIT_INTERVAL_SECONDS === 0) return;
  const audit = createPeriodicAudit({
    ledger: createMongoLedgerReader(deps.connection, deps.models),
    intervalMs: config.AUDIT_INTERVAL_SECONDS * 1_000,
    log: deps.log,
    ...deps.measure.audit,
  });
  deps.lifecycle.onStop('audit', audit.stop);
  audit.start();
};

const start = async (
  config: CatalogConfig,
  deps: {
    readonly log: Logger;
    readonly clock: Clock;
    readonly lifecycle: Lifecycle;
    readonly tracing: Tracing;
  },
): Promise<number> => {
  const { log, clock, lifecycle, tracing } = deps;
  const failpoints = createFailpoints(config, { log, outage: storeUnavailable });
  const tls = readMutualTls(config);
  const metrics = createMetrics();
  const measure = createCatalogMetrics(metrics, { clock, log });
  const guard = createClockGuard({
    skewMaxMs: config.CLOCK_SKEW_MAX_MS,
    log,
    report: measure.onClockSkew,
  });
  const { connection, models } = await openStore(config, { ...deps, measure });
  const auth = connectAuth({
    target: config.AUTH_ADDRESS,
    clientId: 'catalog',
    clientSecret: config.CATALOG_CLIENT_SECRET,
    clock,
    tls,
  });
  lifecycle.onStop('auth client', auth.close);
  const { stopWatches, ...useCases } = createUseCases({
    connection,
    models,
    clock,
    lifecycle,
    measure,
    failpoints,
  });
  // A stream has no single answer that could be lost.
  const { watchStock, ...unary } = createCatalogHandler(useCases);
  const serving = createServingState('catalog');
  const { checkReadiness } = serving;
  await serveMetrics({ metrics, config, checkReadiness, lifecycle, log });

  const server = await startGrpcServer({
    host: config.HOST,
    port: config.CATALOG_GRPC_PORT,
    service: defineService({
      definition: CatalogServiceService,
      domain: ERROR_DOMAIN,
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
      log,
      tracing,
      rpcMetrics: measure.rpc,
    }),
    serving,
    serviceName: SERVICE_NAME,
    reflection: isOn(config.GRPC_REFLECTION, config),
    tls,
    log,
  });
  lifecycle.onStop('gRPC server', () => server.stop());
  // Watches have no end of their own; the server would wait for them.
  lifecycle.onStop('watches', stopWatches);
  startAudit(config, { connection, models, lifecycle, measure, log });
  const storeWatch = watchStore({
    connection,
    report: server.setServing,
    log,
    metrics: measure.mongo,
    time: { clock, guard },
  });
  leaveRotation(lifecycle, {
    turnOff: () => {
      storeWatch.stop();
      server.setServing(false);
    },
    waitMs: config.DRAIN_WAIT_MS,
  });
  await storeWatch.first;
  return server.port;
};

/**
 * Starts catalog. Serves once the store answers and the indexes exist; its health follows the store from then on.
 *
 * @throws when the store cannot be reached or the port cannot be bound; nothing is left running then
 */
export const createApp = async (config: CatalogConfig, deps: CatalogDeps): Promise<CatalogApp> => {
  const { log, clock = systemClock } = deps;
  const lifecycle = createLifecycle({ log });
  const tracing = deps.tracing ?? createTracing(config, { component: 'catalog', log, lifecycle });
  try {
    const port = await start(config, { log, clock, lifecycle, tracing });
    log.info({ port }, 'Catalog is serving.');
    return { port, stop: lifecycle.stop };
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
};
