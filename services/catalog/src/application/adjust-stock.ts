import type { Clock } from '@flashreserve/platform/clock';
import { deriveId, newId } from '@flashreserve/platform/ids';
import { productNotFound, requestIdReused } from '../domain/catalog-errors';
import type { Product } from '../domain/product';
import { adjustProduct, isSameAdjustment, type StockAdjustment } from '../domain/stock-adjustment';
import type { RunTransaction } from './ports';

export interface AdjustStockCommand {
  readonly productId: string;
  readonly delta: number;
  readonly reason: string;
  /** The administrator's user id. */
  readonly createdBy: string;
  /** Makes the call idempotent. */
  readonly requestId: string | undefined;
}

export interface AdjustedStock {
  readonly adjustment: StockAdjustment;
  readonly product: Product;
}

/** Adjustment ids are derived in it from request ids, so that a repeat finds the first adjustment. */
const ADJUSTMENT_NAMESPACE = 'b7a0f0c2-5d5e-4c58-9f6e-3f0f6f1c5a41';

/**
 * Adds units to a product's stock, or takes unsold and unheld ones away. A repeat with the same request id
 * changes nothing and returns the first adjustment.
 *
 * @throws DomainError PRODUCT_NOT_FOUND, INSUFFICIENT_STOCK, STOCK_LIMIT_EXCEEDED or REQUEST_ID_REUSED
 */
export const createAdjustStock =
  (deps: { readonly runTransaction: RunTransaction; readonly clock: Clock }) =>
  ({ requestId, ...content }: AdjustStockCommand): Promise<AdjustedStock> => {
    const adjustment: StockAdjustment = {
      ...content,
      adjustmentId: requestId === undefined ? newId() : deriveId(ADJUSTMENT_NAMESPACE, requestId),
      createTime: deps.clock.now(),
    };
    const { adjustmentId } = adjustment;

    return deps.runTransaction(async (transaction) => {
      const earlier = await transaction.findAdjustment(adjustmentId);
      if (earlier !== undefined && !isSameAdjustment(earlier, adjustment)) {
        throw requestIdReused(requestId ?? adjustmentId);
      }
      const product = await transaction.findProduct(adjustment.productId);
      if (product === undefined) throw productNotFound(adjustment.productId);
      if (earlier !== undefined) return { adjustment: earlier, product };

      const adjusted = adjustProduct(product, adjustment);
      await transaction.addToStock(adjustment);
      await transaction.insertAdjustment(adjustment);
      return { adjustment, product: adjusted };
    });
  };
