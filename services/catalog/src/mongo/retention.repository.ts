import { limitStoreCalls } from '@flashreserve/store';
import type { Connection, Model, QueryFilter } from 'mongoose';
import type { RetentionStore } from '../application/ports';
import { foldSoldHolds } from './fold-sold-holds';
import type { CatalogModels } from './models';

/**
 * Deletes up to `limit` documents that match, the oldest first, and returns how many it found.
 *
 * @param hint the index that finds them: the local store might read the whole collection instead
 */
const deleteSome = async <Document extends { readonly _id: string }>(
  model: Model<Document>,
  filter: QueryFilter<Document>,
  {
    oldest,
    hint,
    limit,
  }: { readonly oldest: string; readonly hint: string; readonly limit: number },
): Promise<number> => {
  const found = await model
    .find(filter, { _id: 1 })
    .sort({ [oldest]: 1 })
    .hint(hint)
    .limit(limit)
    .lean<{ _id: string }[]>()
    .exec();
  if (found.length === 0) return 0;
  const ids: QueryFilter<Document> = { _id: { $in: found.map(({ _id }) => _id) } };
  await model.deleteMany({ $and: [ids, filter] }).exec();
  return found.length;
};

export const createRetentionRepository = (
  connection: Connection,
  models: Pick<CatalogModels, 'holds' | 'stockLedger' | 'productCreations'>,
): RetentionStore => {
  const { holds, productCreations } = models;
  return limitStoreCalls({
    foldSold: (query) => foldSoldHolds(connection, models, query),
    deleteReleased: ({ before, limit }) =>
      // `expireTime` is in the index; a hold that was released early is kept until it would have
      // expired.
      deleteSome(
        holds,
        { state: 'RELEASED', expireTime: { $lt: before }, settledAt: { $lt: before } },
        { oldest: 'expireTime', hint: 'released', limit },
      ),
    deleteFolded: ({ before, limit }) =>
      deleteSome(
        holds,
        // The lower bound is that of the partial index.
        { foldedAt: { $gt: new Date(0), $lt: before } },
        { oldest: 'foldedAt', hint: 'folded', limit },
      ),
    deleteCreations: ({ before, limit }) =>
      deleteSome(
        productCreations,
        { createdAt: { $lt: before } },
        { oldest: 'createdAt', hint: 'createdAt_1', limit },
      ),
  });
};
