import type { ComponentBase, Failpoints } from '@flashreserve/ops';
import { backOff } from '@flashreserve/store';
import type { Connection } from 'mongoose';
import { createAdjustStock } from './application/adjust-stock';
import { createAuditStock } from './application/audit-stock';
import { createCreateProduct } from './application/create-product';
import { createDecrementStock } from './application/decrement-stock';
import { createPostponeHold } from './application/postpone-hold';
import { createProductLists } from './application/product-lists';
import { createQueries } from './application/queries';
import { createReturnStock } from './application/return-stock';
import { createSettleHolds } from './application/settle-holds';
import { createStockWriter } from './application/stock-writer';
import { createUpdateProduct } from './application/update-product';
import { createWatchStock } from './application/watch-stock';
import type { CatalogUseCases } from './grpc/catalog.handler';
import type { CatalogMetrics } from './metrics/catalog-metrics';
import { createAuditReader } from './mongo/audit.reader';
import { createHoldRepository } from './mongo/hold.repository';
import type { CatalogModels } from './mongo/models';
import { createProductRepository } from './mongo/product.repository';
import { createRunTransaction } from './mongo/run-transaction';
import { createStockRepository } from './mongo/stock.repository';

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
  const products = createProductRepository(models);
  measure.showStock(products);
  const runTransaction = createRunTransaction(connection, models);
  const stock = createStockWriter({
    store: failpoints.around(
      'catalog.store',
      createStockRepository(connection, models, failpoints),
    ),
    clock,
    backOff,
    observe: {
      take: measure.batches('take'),
      settle: measure.batches('settle'),
    },
    onDecided: measure.holds,
  });
  lifecycle.onStop('stock writes', stock.drain);
  const lists = createProductLists({ products, observe: measure.batches('lists') });
  lifecycle.onStop('product lists', lists.drain);
  const holds = createHoldRepository(models);
  const watches = createWatchStock({ products, clock });
  return {
    ...createQueries({ products, lists, holds, clock }),
    createProduct: createCreateProduct({ products, runTransaction, clock }),
    updateProduct: createUpdateProduct({ stock }),
    adjustStock: createAdjustStock({ stock }),
    decrementStock: createDecrementStock({ stock }),
    restoreStock: createSettleHolds({ stock, into: 'RELEASED' }),
    commitStock: createSettleHolds({ stock, into: 'SOLD' }),
    returnStock: createReturnStock({ stock }),
    postponeHold: createPostponeHold({ holds, clock }),
    auditStock: createAuditStock({ figures: createAuditReader(connection, models) }),
    watchStock: watches.watch,
    stopWatches: watches.stop,
  };
};
