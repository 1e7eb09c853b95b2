import { STOCK_LIMITS } from '@flashreserve/contracts';
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

/**
 * The product after the adjustment. Only units that nobody holds or owns can be taken away.
 *
 * @throws DomainError INSUFFICIENT_STOCK or STOCK_LIMIT_EXCEEDED
 */
export const adjustProduct = (product: Product, adjustment: StockAdjustment): Product => {
  const { productId, delta, createTime } = adjustment;
  const { available, held, sold } = product;
  if (available + delta < 0) throw insufficientStock(productId, available);
  if (available + held + sold + delta > STOCK_LIMITS.productUnitsMax) {
    throw stockLimitExceeded(productId);
  }
  return { ...product, available: available + delta, updateTime: createTime };
};

/** True when both say the same, whoever made them and whenever. */
export const isSameAdjustment = (a: StockAdjustment, b: StockAdjustment): boolean =>
  a.productId === b.productId && a.delta === b.delta && a.reason === b.reason;
