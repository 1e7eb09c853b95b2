import type { Product, StockAdjustment } from '@flashreserve/contracts/catalog';
import type { z } from 'zod';
import { promised } from '../../grpc/service-error';
import type * as schemas from '../schemas/product.schemas';
import { toDecimal } from './price';

/** @throws Error if the response lacks a part that the contract promises */
export const toProduct = (product: Product): z.output<typeof schemas.product> => {
  const price = promised(product.price, 'price');
  return {
    productId: product.productId,
    name: product.name,
    description: product.description,
    price: toDecimal(price),
    currency: price.currencyCode,
    ...(product.sku !== undefined && { sku: product.sku }),
    ...(product.metadata !== undefined && { metadata: product.metadata.entries }),
    stockQuantity: product.availableUnits,
    heldQuantity: product.heldUnits,
    soldQuantity: product.soldUnits,
    writtenOffQuantity: product.writtenOffUnits,
    createdAt: promised(product.createTime, 'create time').toISOString(),
    updatedAt: promised(product.updateTime, 'update time').toISOString(),
  };
};

/** @throws Error if the response lacks a part that the contract promises */
export const toStockAdjustment = (
  adjustment: StockAdjustment,
  product: Product,
): z.output<typeof schemas.stockAdjustment> => ({
  adjustmentId: adjustment.adjustmentId,
  productId: adjustment.productId,
  delta: adjustment.delta,
  reason: adjustment.reason,
  createdAt: promised(adjustment.createTime, 'create time').toISOString(),
  product: toProduct(product),
});
