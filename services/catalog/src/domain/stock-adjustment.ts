import { STOCK_LIMITS } from '@flashreserve/contracts';
import type { DomainError } from '@flashreserve/rpc';
import { insufficientStock, stockLimitExceeded } from './catalog-errors';
import type { Product } from './product';

/** A change of a product's stock by an administrator. */
export interface StockAdjustment {
  readonly adjustmentId: string;
  readonly productId: string;
  /** Units added (positive) or removed (negative). */
  readonly delta: number;
  readonly reason: string;
  /** The administrator's user id. */
  readonly createdBy: string;
  readonly createdAt: Date;
}

/** A requested adjustment. */
export interface AdjustmentRequest extends Omit<StockAdjustment, 'createdAt'> {
  /** The caller's id of the request, for error messages. */
  readonly requestId: string | undefined;
}

export type AdjustedProduct =
  | { readonly ok: true; readonly product: Product }
  | { readonly ok: false; readonly error: DomainError };

/**
 * Returns the product after the adjustment, or INSUFFICIENT_STOCK or STOCK_LIMIT_EXCEEDED. Only
 * available units can be removed.
 */
export const adjustProduct = (product: Product, adjustment: StockAdjustment): AdjustedProduct => {
  const { productId, delta, createdAt } = adjustment;
  const { available, held, sold, writtenOff } = product;
  if (available + delta < 0) return { ok: false, error: insufficientStock(productId, available) };
  if (available + held + sold + writtenOff + delta > STOCK_LIMITS.productUnitsMax) {
    return { ok: false, error: stockLimitExceeded(productId) };
  }
  return {
    ok: true,
    product: { ...product, available: available + delta, updatedAt: createdAt },
  };
};

/** Whether both have the same content, regardless of creator and time. */
export const isSameAdjustment = (a: StockAdjustment, b: StockAdjustment): boolean =>
  a.productId === b.productId && a.delta === b.delta && a.reason === b.reason;
