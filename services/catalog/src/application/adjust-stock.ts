import { deriveId, invariant, newId } from '@flashreserve/ops';
import type { Product } from '../domain/product';
import type { StockAdjustment } from '../domain/stock-adjustment';
import type { StockWriter } from './stock-writer';

export interface AdjustStockCommand {
  readonly productId: string;
  readonly delta: number;
  readonly reason: string;
  /** The administrator's user id. */
  readonly createdBy: string;
  /** Idempotency key. */
  readonly requestId: string | undefined;
}

export interface AdjustedStock {
  readonly adjustment: StockAdjustment;
  readonly product: Product;
}

export type AdjustStock = (command: AdjustStockCommand, deadline: Date) => Promise<AdjustedStock>;

/**
 * Namespace for deriving adjustment ids from request ids, so that a retry finds the first
 * adjustment.
 */
const ADJUSTMENT_NAMESPACE = 'b7a0f0c2-5d5e-4c58-9f6e-3f0f6f1c5a41';

/**
 * Adds units to a product's stock or removes available ones. A retry with the same request id
 * changes nothing and returns the first adjustment.
 *
 * @throws DomainError PRODUCT_NOT_FOUND, INSUFFICIENT_STOCK, STOCK_LIMIT_EXCEEDED or
 *   REQUEST_ID_REUSED
 */
export const createAdjustStock =
  ({ stock }: { readonly stock: Pick<StockWriter, 'change'> }): AdjustStock =>
  async (command, deadline) => {
    const { requestId } = command;
    const adjustmentId =
      requestId === undefined ? newId() : deriveId(ADJUSTMENT_NAMESPACE, requestId);
    const { product, adjustment } = await stock.change({
      kind: 'adjust',
      adjustment: { ...command, adjustmentId },
      deadline,
    });
    invariant(adjustment !== undefined, 'A successful adjustment request returns an adjustment.');
    return { product, adjustment };
  };
