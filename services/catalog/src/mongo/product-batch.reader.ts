import type { StockStore } from '../application/ports';
import type { ProductRequest } from '../domain/product-batch';
import type { CatalogModels } from './models';
import { toProduct } from './product.model';
import { toStockAdjustment } from './stock-adjustment.model';

const productIdOf = (request: ProductRequest): string =>
  request.kind === 'adjust' ? request.adjustment.productId : request.productId;

/** Reads what planning a batch of administrators' changes needs. */
export const createProductBatchReader =
  ({
    products,
    stockAdjustments,
  }: Pick<CatalogModels, 'products' | 'stockAdjustments'>): StockStore['readProducts'] =>
  async (requests) => {
    const productIds = [...new Set(requests.map(productIdOf))];
    const adjustmentIds = requests.flatMap((request) =>
      request.kind === 'adjust' ? [request.adjustment.adjustmentId] : [],
    );
    const found = await products
      .find({ _id: { $in: productIds } })
      .lean()
      .exec();
    const skus = requests.flatMap((request) =>
      request.kind === 'describe' && typeof request.changes.sku === 'string'
        ? [request.changes.sku]
        : [],
    );
    const owners =
      skus.length === 0
        ? []
        : await products
            .find({ sku: { $in: skus } }, { sku: 1 })
            .lean()
            .exec();
    // Read after the products, so that an adjustment included in their counters is seen.
    const adjusted =
      adjustmentIds.length === 0
        ? []
        : await stockAdjustments
            .find({ _id: { $in: adjustmentIds } })
            .lean()
            .exec();
    return {
      products: new Map(found.map((record) => [record._id, toProduct(record)])),
      skus: new Map(owners.map(({ _id, sku = '' }) => [sku, _id])),
      adjustments: new Map(adjusted.map((record) => [record._id, toStockAdjustment(record)])),
    };
  };
