import { limitStoreCalls, withinTime } from '@flashreserve/store';
import type { ProductRepository } from '../application/ports';
import { insertProduct } from './insert-product';
import type { CatalogModels } from './models';
import { LEVEL_FIELDS, toProduct, toStockLevels } from './product.model';

/** Time limit for the poller that serves all watches. */
const STOCK_LEVELS_TIMEOUT_MS = 5_000;
/** The store aborts a list after this time, also when its caller has given up. */
const LIST_TIMEOUT_MS = 5_000;

export const createProductRepository = ({
  products,
}: Pick<CatalogModels, 'products'>): ProductRepository =>
  limitStoreCalls({
    find: async (productId) => {
      const record = await products.findById(productId).lean().exec();
      return record === null ? undefined : toProduct(record);
    },

    list: async ({ after, availableOnly, limit }) => {
      const records = await products
        .find({
          ...(after === undefined ? {} : { _id: { $lt: after } }),
          ...(availableOnly ? { available: { $gt: 0 } } : {}),
        })
        .sort({ _id: -1 })
        .limit(limit)
        .maxTimeMS(LIST_TIMEOUT_MS)
        .lean()
        .exec();
      return records.map(toProduct);
    },

    insert: (product) => insertProduct({ products }, product),

    findStockLevels: async (productIds) => {
      const query = products
        .find({ _id: { $in: productIds } }, LEVEL_FIELDS)
        .lean()
        .exec();
      const records = await withinTime(STOCK_LEVELS_TIMEOUT_MS, query);
      return new Map(records.map((record) => [record._id, toStockLevels(record)]));
    },
  });
