import { STOCK_LIMITS } from '@flashreserve/contracts';
import type { DomainError } from '@flashreserve/rpc';
import { insufficientStock, stockLimitExceeded } from './catalog-errors';
import type { Product } from './product';

/** A change of the amount of stock by an administrator. */
export interface StockAdjustment {
  readonly adjustmentId: string;
  readonly productId: string;
  /** Units added (above zero) or taken away (below zero). */
  readonly delta: number;
  readonly reason: string;
  /** The administrator's user id. */
  readonly createdBy: string;
  readonly createTime: Date;
}

/** An adjustment that is asked for. */
export interface AdjustmentRequest extends Omit<StockAdjustment, 'createTime'> {
  /** What the caller knows it by, for a refusal. */
  readonly requestId: string | undefined;
}

export type AdjustedProduct =
  | { readonly ok: true; readonly product: Product }
  | { readonly ok: false; readonly error: DomainError };

/**
 * The product after the adjustment, or INSUFFICIENT_STOCK or STOCK_LIMIT_EXCEEDED. Only units that nobody holds or
 * owns can be taken away.
 */
export const adjustProduct = (product: Product, adjustment: StockAdjustment): AdjustedProduct => {
  const { productId, delta, createTime } = adjustment;
  const { available, held, sold } = product;
  if (available + delta < 0) return { ok: false, error: insufficientStock(productId, available) };
  if (available + held + sold + delta > STOCK_LIMITS.productUnitsMax) {
    return { ok: false, error: stockLimitExceeded(productId) };
  }
  return {
    ok: true,
    product: { ...product, available: available + delta, updateTime: createTime },
  };
};

/** True when both say the same, whoever made them and whenever. */
export const isSameAdjustment = (a: StockAdjustment, b: StockAdjustment): boolean =>
  a.productId === b.productId && a.delta === b.delta && a.reason === b.reason;
