import { createCollections, createIndexes, dropIndex, type Migration } from '@flashreserve/store';

/** The stock ledger, and indexes for the clean-up of old documents. */
export const retention: Migration = {
  id: 4,
  name: 'retention',
  up: async (db) => {
    await createCollections(db, ['stock_ledger']);
    await createIndexes(db, 'stock_ledger', [
      // Serves the audit, which sums a product's rows.
      { name: 'productId_1', key: { productId: 1 } },
    ]);
    await createIndexes(db, 'product_creations', [{ name: 'createdAt_1', key: { createdAt: 1 } }]);
    await createIndexes(db, 'holds', [
      // Serves the list of overdue holds in its order, the sums of open holds, and the clean-up.
      {
        name: 'state_1_foldedAt_1_expireTime_1__id_1',
        key: { state: 1, foldedAt: 1, expireTime: 1, _id: 1 },
      },
    ]);
    await dropIndex(db, 'holds', 'state_1_expireTime_1__id_1');
  },
};
