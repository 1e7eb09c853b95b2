import type { createAdjustStock } from './adjust-stock';
import type { createAuditStock } from './audit-stock';
import type { createCreateProduct } from './create-product';
import type { createDecrementStock } from './decrement-stock';
import type { createGetProduct } from './get-product';
import type { createListOverdueHolds } from './list-overdue-holds';
import type { createListProducts } from './list-products';
import type { createSettleHolds } from './settle-holds';
import type { createUpdateProduct } from './update-product';
import type { StockWatch } from './watch-stock';

/** All use cases of catalog, for its inbound adapters. */
export interface CatalogUseCases {
  readonly createProduct: ReturnType<typeof createCreateProduct>;
  readonly getProduct: ReturnType<typeof createGetProduct>;
  readonly listProducts: ReturnType<typeof createListProducts>;
  readonly updateProduct: ReturnType<typeof createUpdateProduct>;
  readonly adjustStock: ReturnType<typeof createAdjustStock>;
  readonly decrementStock: ReturnType<typeof createDecrementStock>;
  readonly restoreStock: ReturnType<typeof createSettleHolds>;
  readonly commitStock: ReturnType<typeof createSettleHolds>;
  readonly listOverdueHolds: ReturnType<typeof createListOverdueHolds>;
  readonly auditStock: ReturnType<typeof createAuditStock>;
  readonly watchStock: StockWatch['watch'];
}
