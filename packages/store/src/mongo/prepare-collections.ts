import type { Model } from 'mongoose';
import { withinTime } from './within-time';

/**
 * Building an index on a large collection takes time; the limit keeps a hanging store from blocking
 * startup forever.
 */
const PREPARE_MS_MAX = 300_000;

/**
 * Creates missing collections and indexes. Services call it before they report ready, because their
 * guarantees depend on the unique indexes.
 */
export const prepareCollections = async (
  models: readonly Pick<Model<unknown>, 'createCollection' | 'createIndexes'>[],
): Promise<void> => {
  for (const model of models) {
    await withinTime(PREPARE_MS_MAX, model.createCollection());
    await withinTime(PREPARE_MS_MAX, model.createIndexes());
  }
};
