import type { ComponentBase, Failpoints } from '@flashreserve/ops';
import { backOff } from '@flashreserve/store';
import type { Connection } from 'mongoose';
import { createAdjustStock } from './application/adjust-stock';
import { createAuditStock } from './application/audit-stock';
import { createCreateProduct } from './application/create-product';
import { createDecrementStock } from './application/decrement-stock';
import { createGetProduct } from './application/get-product';
import { createListOverdueHolds } from './application/list-overdue-holds';
import { createListProducts } from './application/list-products';
import { createProductLists } from './application/product-lists';
import { createSettleHolds } from './application/settle-holds';
import { createStockWriter } from './application/stock-writer';
import { createUpdateProduct } from './application/update-product';
import type { CatalogUseCases } from './application/use-cases';
import { createWatchStock } from './application/watch-stock';
import type { CatalogMetrics } from './metrics/catalog-metrics';
import type { CatalogModels } from './mongo/models';
import { createMongoAuditReader } from './mongo/mongo-audit.reader';
import { createMongoHoldRepository } from './mongo/mongo-hold.repository';
import { createMongoProductRepository } from './mongo/mongo-product.repository';
import { createMongoStockRepository } from './mongo/mongo-stock.repository';
import { createMongoRunTransaction } from './mongo/mongo-transaction';

export const createUseCases = (
  { clock, lifecycle }: Pick<ComponentBase<unknown>, 'clock' | 'lifecycle'>,
  deps: {
    readonly connection: Connection;
    readonly models: CatalogModels;
    readonly measure: CatalogMetrics;
    readonly failpoints: Failpoints;
  },
): CatalogUseCases & { readonly stopWatches: () => Promise<void> } => {
  const { connection, models, measure, failpoints } = deps;
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
