import type { Model } from 'mongoose';
import { withinTime } from './within-time';

/** An index over many documents takes a while; a store that hangs must not keep a start waiting for ever. */
const PREPARE_MS_MAX = 300_000;

/**
 * Creates collections and their indexes where they are missing. Services call it before they report ready,
 * because their guarantees rest on the unique indexes.
 */
export const prepareCollections = async (
  models: readonly Pick<Model<unknown>, 'createCollection' | 'createIndexes'>[],
): Promise<void> => {
  for (const model of models) {
    await withinTime(PREPARE_MS_MAX, model.createCollection());
    await withinTime(PREPARE_MS_MAX, model.createIndexes());
  }
};
