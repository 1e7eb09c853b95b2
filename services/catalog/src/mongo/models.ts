import type { Connection } from 'mongoose';
import { createHoldModel } from './hold.model';
import { createProductModel } from './product.model';
import { createProductCreationModel } from './product-creation.model';
import { createStockAdjustmentModel } from './stock-adjustment.model';
import { createStockLedgerModel } from './stock-ledger.model';

/** All collections of catalog's database. */
export const createModels = (connection: Connection) => ({
  products: createProductModel(connection),
  productCreations: createProductCreationModel(connection),
  holds: createHoldModel(connection),
  stockAdjustments: createStockAdjustmentModel(connection),
  stockLedger: createStockLedgerModel(connection),
});

export type CatalogModels = ReturnType<typeof createModels>;
