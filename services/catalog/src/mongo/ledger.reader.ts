import { inTransaction, limitStoreCalls } from '@flashreserve/store';
import type { ClientSession, Connection } from 'mongoose';
import type { LedgerReader } from '../application/ports';
import type { CatalogModels } from './models';
import { toStockLevels } from './product.model';
import { NONE_SOLD, sumAdjustments, sumHeld, sumSold } from './stock-sums';

/**
 * Maximum number of HELD holds to add up. Costs about 6 ms per 1,000. Sold holds have no maximum:
 * only those that are not folded yet are read.
 */
const HELD_HOLDS_MAX = 20_000;

const hasFewHeld = async ({ holds }: CatalogModels, session: ClientSession): Promise<boolean> => {
  const found = await holds
    .countDocuments({ state: 'HELD' })
    // Without it, the local store might read all holds.
    .hint('held')
    .limit(HELD_HOLDS_MAX + 1)
    .session(session)
    .exec();
  return found <= HELD_HOLDS_MAX;
};

/** Longer than the limit of calls that buyers wait for, because it adds up many holds. */
const READ_MS_MAX = 30_000;

/**
 * Reads a page of products with their adjustments, sales and, unless there are too many, the HELD
 * holds, in one snapshot.
 */
export const createLedgerReader = (connection: Connection, models: CatalogModels): LedgerReader =>
  limitStoreCalls(
    {
      read: ({ after, limit }) =>
        inTransaction(connection, async (session) => {
          const products = await models.products
            .find(after === undefined ? {} : { _id: { $gt: after } })
            .sort({ _id: 1 })
            .limit(limit)
            .session(session)
            .lean()
            .exec();
          const ids = products.map(({ _id }) => _id);
          const adjusted = await sumAdjustments(models, ids, session);
          const isHeldRead = await hasFewHeld(models, session);
          const heldInHolds = isHeldRead ? await sumHeld(models, ids, session) : undefined;
          const sales = await sumSold(models, ids, session);
          const figures = products.map((record) => {
            const { _id, initialStock } = record;
            const { sold, writtenOff } = sales.get(_id) ?? NONE_SOLD;
            return {
              productId: _id,
              counters: toStockLevels(record),
              initialStock,
              adjusted: adjusted.get(_id) ?? 0,
              heldInHolds: heldInHolds && (heldInHolds.get(_id) ?? 0),
              soldInHolds: sold,
              writtenOffInHolds: writtenOff,
            };
          });
          return { figures, isHeldRead };
        }),
    },
    READ_MS_MAX,
  );
