import { createIndexes, type Migration } from '@flashreserve/store';

/**
 * Serves the list of products that are not sold out, newest first. `createdAt` is there because
 * MongoDB allows no partial index on `_id` alone. Neither key changes, so a counter that moves
 * costs no index write unless the product sells out or is restocked.
 */
export const availableProductsIndex: Migration = {
  number: 3,
  name: 'available-products-index',
  up: (db) =>
    createIndexes(db, 'products', [
      {
        name: 'available',
        key: { _id: -1, createdAt: -1 },
        partialFilterExpression: { available: { $gt: 0 } },
      },
    ]),
};
