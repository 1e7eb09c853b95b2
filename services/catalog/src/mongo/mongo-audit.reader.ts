import { inTransaction } from '@flashreserve/platform/mongo';
import type { ClientSession, Connection } from 'mongoose';
import type { AuditReader } from '../application/ports';
import type { CatalogModels } from './models';

interface SumOfAdjustments {
  readonly _id: string;
  readonly units: number;
}

interface SumOfHolds {
  readonly _id: { readonly productId: string; readonly state: 'HELD' | 'SOLD' };
  readonly units: number;
}

const sumAdjustments = async (
  { stockAdjustments }: CatalogModels,
  productIds: readonly string[],
  session: ClientSession,
): Promise<ReadonlyMap<string, number>> => {
  const sums = await stockAdjustments
    .aggregate<SumOfAdjustments>([
      { $match: { productId: { $in: productIds } } },
      { $group: { _id: '$productId', units: { $sum: '$delta' } } },
    ])
    .session(session)
    .exec();
  return new Map(sums.map(({ _id, units }) => [_id, units]));
};

const sumHolds = async (
  { holds }: CatalogModels,
  productIds: readonly string[],
  session: ClientSession,
): Promise<(productId: string, state: 'HELD' | 'SOLD') => number> => {
  const sums = await holds
    .aggregate<SumOfHolds>([
      { $match: { 'lines.productId': { $in: productIds }, state: { $in: ['HELD', 'SOLD'] } } },
      { $unwind: '$lines' },
      { $match: { 'lines.productId': { $in: productIds } } },
      {
        $group: {
          _id: { productId: '$lines.productId', state: '$state' },
          units: { $sum: '$lines.quantity' },
        },
      },
    ])
    .session(session)
    .exec();
  const units = new Map(sums.map((sum) => [`${sum._id.state} ${sum._id.productId}`, sum.units]));
  return (productId, state) => units.get(`${state} ${productId}`) ?? 0;
};

/** Reads counters, adjustments and holds of a page of products in one snapshot. */
export const createMongoAuditReader = (
  connection: Connection,
  models: CatalogModels,
): AuditReader => ({
  read: ({ after, productIds, limit }) =>
    inTransaction(connection, async (session) => {
      const idFilter = {
        ...(after === undefined ? {} : { $gt: after }),
        ...(productIds === undefined ? {} : { $in: productIds }),
      };
      const products = await models.products
        .find(Object.keys(idFilter).length === 0 ? {} : { _id: idFilter })
        .sort({ _id: 1 })
        .limit(limit)
        .session(session)
        .lean()
        .exec();
      const ids = products.map(({ _id }) => _id);
      const adjusted = await sumAdjustments(models, ids, session);
      const unitsInHolds = await sumHolds(models, ids, session);
      return products.map(({ _id, available, held, sold, initialStock }) => ({
        productId: _id,
        counters: { available, held, sold },
        initialStock,
        adjusted: adjusted.get(_id) ?? 0,
        heldInHolds: unitsInHolds(_id, 'HELD'),
        soldInHolds: unitsInHolds(_id, 'SOLD'),
      }));
    }),
});
