import { PROTO_FILES } from '@flashreserve/contracts';
import { CatalogServiceService } from '@flashreserve/contracts/catalog';
import { type Clock, systemClock } from '@flashreserve/platform/clock';
import { isOn } from '@flashreserve/platform/config';
import { createFailpoints, type Failpoints } from '@flashreserve/platform/failpoints';
import { defineService, readMutualTls, startGrpcServer } from '@flashreserve/platform/grpc';
import { connectAuth } from '@flashreserve/platform/identity';
import { createLifecycle, type Lifecycle, type Stoppable } from '@flashreserve/platform/lifecycle';
import type { Logger } from '@flashreserve/platform/logging';
import {
  type BatchMetrics,
  createBatchMetrics,
  createMetrics,
  serveMetrics,
} from '@flashreserve/platform/metrics';
import {
  backOff,
  connectMongo,
  prepareCollections,
  translateStoreError,
  watchStore,
} from '@flashreserve/platform/mongo';
import type { Connection } from 'mongoose';
import { createAdjustStock } from './application/adjust-stock';
import { createAuditStock } from './application/audit-stock';
import { createCreateProduct } from './application/create-product';
import { createDecrementStock } from './application/decrement-stock';
import { createGetProduct } from './application/get-product';
import { createListOverdueHolds } from './application/list-overdue-holds';
import { createListProducts } from './application/list-products';
import { createSettleHolds } from './application/settle-holds';
import { createStockWriter } from './application/stock-writer';
import { createUpdateProduct } from './application/update-product';
import type { CatalogUseCases } from './application/use-cases';
import { createWatchStock } from './application/watch-stock';
import type { CatalogConfig } from './config';
import { ACCESS_POLICY } from './grpc/access-policy';
import { createCatalogHandler } from './grpc/catalog.handler';
import { type CatalogModels, createModels } from './mongo/models';
import { createMongoAuditReader } from './mongo/mongo-audit.reader';
import { createMongoHoldRepository } from './mongo/mongo-hold.repository';
import { createMongoProductRepository } from './mongo/mongo-product.repository';
import { createMongoStockRepository } from './mongo/mongo-stock.repository';
import { createMongoRunTransaction } from './mongo/mongo-transaction';

export interface CatalogDeps {
  readonly log: Logger;
  readonly clock?: Clock;
}

export interface CatalogApp extends Stoppable {
  /** The port that was bound. */
  readonly port: number;
}

const SERVICE_NAME = 'flashreserve.catalog.v1.CatalogService';
const ERROR_DOMAIN = 'catalog.flashreserve';

const openStore = async (
  config: CatalogConfig,
  { log, lifecycle }: { readonly log: Logger; readonly lifecycle: Lifecycle },
): Promise<{ readonly connection: Connection; readonly models: CatalogModels }> => {
  const connection = await connectMongo({
    uri: config.MONGO_URI,
    dbName: `${config.MONGO_DB_PREFIX}_catalog`,
    log,
  });
  lifecycle.onStop('store', () => connection.close());
  const models = createModels(connection);
  await prepareCollections(Object.values(models));
  return { connection, models };
};

const createUseCases = (deps: {
  readonly connection: Connection;
  readonly models: CatalogModels;
  readonly clock: Clock;
  readonly lifecycle: Lifecycle;
  readonly batchMetrics: BatchMetrics;
  readonly failpoints: Failpoints;
}): CatalogUseCases & { readonly stopWatches: () => Promise<void> } => {
  const { connection, models, clock, lifecycle, batchMetrics, failpoints } = deps;
  const products = createMongoProductRepository(models);
  const runTransaction = createMongoRunTransaction(connection, models);
  const stock = createStockWriter({
    store: failpoints.around(
      'catalog.store',
      createMongoStockRepository(connection, models, failpoints),
    ),
    clock,
    backOff,
    observe: { take: batchMetrics('take'), settle: batchMetrics('settle') },
  });
  lifecycle.onStop('stock writes', stock.drain);
  const watches = createWatchStock({ products, clock });
  return {
    createProduct: createCreateProduct({ products, runTransaction, clock }),
    getProduct: createGetProduct({ products }),
    listProducts: createListProducts({ products }),
    updateProduct: createUpdateProduct({ products, clock }),
    adjustStock: createAdjustStock({ runTransaction, clock }),
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

const start = async (
  config: CatalogConfig,
  deps: { readonly log: Logger; readonly clock: Clock; readonly lifecycle: Lifecycle },
): Promise<number> => {
  const { log, clock, lifecycle } = deps;
  const failpoints = createFailpoints(config, deps);
  const tls = readMutualTls(config);
  const { connection, models } = await openStore(config, deps);
  const auth = connectAuth({
    target: config.AUTH_ADDRESS,
    clientId: 'catalog',
    clientSecret: config.CATALOG_CLIENT_SECRET,
    clock,
    tls,
  });
  lifecycle.onStop('auth client', auth.close);
  const metrics = createMetrics();
  const batchMetrics = createBatchMetrics(metrics);
  const { stopWatches, ...useCases } = createUseCases({
    connection,
    models,
    clock,
    lifecycle,
    batchMetrics,
    failpoints,
  });
  // A stream has no single answer that could be lost.
  const { watchStock, ...unary } = createCatalogHandler(useCases);
  await serveMetrics({ metrics, config, lifecycle, log });

  const server = await startGrpcServer({
    host: config.HOST,
    port: config.CATALOG_GRPC_PORT,
    service: defineService({
      definition: CatalogServiceService,
      domain: ERROR_DOMAIN,
      policy: ACCESS_POLICY,
      handlers: { ...failpoints.around('catalog.rpc', unary), watchStock },
      verifier: auth.verifier,
      translateError: translateStoreError,
      log,
    }),
    serviceName: SERVICE_NAME,
    protoFile: isOn(config.GRPC_REFLECTION, config) ? PROTO_FILES.catalog : undefined,
    tls,
    log,
  });
  lifecycle.onStop('gRPC server', () => server.stop());
  // Watches have no end of their own; the server would wait for them.
  lifecycle.onStop('watches', stopWatches);
  server.setServing(true);
  const storeWatch = watchStore({ connection, report: server.setServing, log });
  lifecycle.onStop('readiness', () => {
    storeWatch.stop();
    server.setServing(false);
  });
  return server.port;
};

/**
 * Starts catalog. Serves once the store answers and the indexes exist; its health follows the store from then on.
 *
 * @throws when the store cannot be reached or the port cannot be bound; nothing is left running then
 */
export const createApp = async (
  config: CatalogConfig,
  { log, clock = systemClock }: CatalogDeps,
): Promise<CatalogApp> => {
  const lifecycle = createLifecycle({ log });
  try {
    const port = await start(config, { log, clock, lifecycle });
    log.info({ port }, 'Catalog is serving.');
    return { port, stop: lifecycle.stop };
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
};
