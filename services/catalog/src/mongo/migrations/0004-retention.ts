import { createCollections, createIndexes, type Migration } from '@flashreserve/store';
import type { mongo } from 'mongoose';

const BATCH_SIZE = 1_000;

interface StoredHold {
  readonly _id: string;
}

/**
 * Sold holds of earlier versions are not in the ledger. Goes through the collection once, by `_id`.
 */
const markSoldHolds = async (db: mongo.Db): Promise<void> => {
  const holds = db.collection<StoredHold>('holds');
  const unmarked = { state: 'SOLD', unfolded: { $exists: false }, foldedAt: { $exists: false } };
  let after = '';
  for (;;) {
    const found = await holds
      .find({ _id: { $gt: after }, state: 'SOLD' }, { projection: { _id: 1 } })
      .sort({ _id: 1 })
      .limit(BATCH_SIZE)
      .toArray();
    const last = found.at(-1);
    if (last === undefined) return;
    await holds.updateMany(
      { _id: { $in: found.map(({ _id }) => _id) }, ...unmarked },
      { $set: { unfolded: true } },
    );
    after = last._id;
  }
};

/** The stock ledger, and indexes for the clean-up of old documents. */
export const retention: Migration = {
  number: 4,
  name: 'retention',
  up: async (db) => {
    await createCollections(db, ['stock_ledger']);
    await createIndexes(db, 'stock_ledger', [
      // Serves the audit, which sums a product's rows.
      { name: 'productId_1', key: { productId: 1 } },
    ]);
    await createIndexes(db, 'product_creations', [{ name: 'createdAt_1', key: { createdAt: 1 } }]);
    await createIndexes(db, 'holds', [
      {
        name: 'unfolded',
        key: { unfolded: 1 },
        partialFilterExpression: { unfolded: true },
      },
      {
        name: 'folded',
        key: { foldedAt: 1 },
        partialFilterExpression: { foldedAt: { $gt: new Date(0) } },
      },
    ]);
    await markSoldHolds(db);
  },
};
