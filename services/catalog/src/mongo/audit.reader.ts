import { inTransaction, limitStoreCalls } from '@flashreserve/store';
import type { Connection } from 'mongoose';
import type { AuditReader } from '../application/ports';
import type { CatalogModels } from './models';
import { toStockLevels } from './product.model';
import { NONE_SOLD, sumAdjustments, sumHeld, sumSold } from './stock-sums';

/** Longer than the limit of calls that buyers wait for, because it adds up many holds. */
const READ_MS_MAX = 30_000;

/** Reads counters, adjustments and holds of a page of products in one snapshot. */
export const createAuditReader = (connection: Connection, models: CatalogModels): AuditReader =>
  limitStoreCalls(
    {
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
          const heldInHolds = await sumHeld(models, ids, session);
          const sales = await sumSold(models, ids, session);
          return products.map((record) => {
            const { _id, initialStock } = record;
            const { sold, writtenOff } = sales.get(_id) ?? NONE_SOLD;
            return {
              productId: _id,
              counters: toStockLevels(record),
              initialStock,
              adjusted: adjusted.get(_id) ?? 0,
              heldInHolds: heldInHolds.get(_id) ?? 0,
              soldInHolds: sold,
              writtenOffInHolds: writtenOff,
            };
          });
        }),
    },
    READ_MS_MAX,
  );
