import type { Model } from 'mongoose';

/**
 * Creates collections and their indexes where they are missing. Services call it before they report ready,
 * because their guarantees rest on the unique indexes.
 */
export const prepareCollections = async (
  models: readonly Pick<Model<unknown>, 'createCollection' | 'createIndexes'>[],
): Promise<void> => {
  for (const model of models) {
    await model.createCollection();
    await model.createIndexes();
  }
};
