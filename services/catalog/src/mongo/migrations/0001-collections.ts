import { createCollections, createIndexes, type Migration } from '@flashreserve/store';

/** Collections and indexes of version 0.1.0. */
export const collections: Migration = {
  number: 1,
  name: 'collections',
  up: async (db) => {
    await createCollections(db, ['products', 'product_creations', 'holds', 'stock_adjustments']);
    await createIndexes(db, 'holds', [
      // Serves the list of overdue holds in its order, and the audit, which counts by state.
      { name: 'state_1_expireTime_1__id_1', key: { state: 1, expireTime: 1, _id: 1 } },
    ]);
    await createIndexes(db, 'stock_adjustments', [
      // Serves the audit, which sums a product's adjustments.
      { name: 'productId_1', key: { productId: 1 } },
    ]);
  },
};
