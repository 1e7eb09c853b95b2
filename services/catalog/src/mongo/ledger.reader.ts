import { inTransaction, limitStoreCalls } from '@flashreserve/store';
import type { ClientSession, Connection } from 'mongoose';
import type { LedgerReader } from '../application/ports';
import type { CatalogModels } from './models';
import { sumAdjustments, sumHolds, type UnitsOf } from './stock-sums';

/** Maximum number of holds to add up per state. Costs about 6 ms per 1,000. */
const HOLDS_MAX = 20_000;

const STATES = { held: 'HELD', sold: 'SOLD' } as const;

/** Undefined if the state has too many holds; counting stops at the limit. */
const sumIfFew = async (
  models: CatalogModels,
  state: keyof typeof STATES,
  productIds: readonly string[],
  session: ClientSession,
): Promise<UnitsOf | undefined> => {
  const found = await models.holds
    .countDocuments({ state: STATES[state] })
    .limit(HOLDS_MAX + 1)
    .session(session)
    .exec();
  if (found > HOLDS_MAX) return undefined;
  return sumHolds(models, productIds, [STATES[state]], session);
};

/** Longer than the limit of calls that buyers wait for, because it adds up many holds. */
const READ_MS_MAX = 30_000;

/**
 * Reads a page of products with their adjustments and, unless there are too many, the holds, in one
 * snapshot.
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
          const heldIn = await sumIfFew(models, 'held', ids, session);
          const soldIn = await sumIfFew(models, 'sold', ids, session);
          const figures = products.map(({ _id, available, held, sold, initialStock }) => ({
            productId: _id,
            counters: { available, held, sold },
            initialStock,
            adjusted: adjusted.get(_id) ?? 0,
            heldInHolds: heldIn?.(_id, 'HELD'),
            soldInHolds: soldIn?.(_id, 'SOLD'),
          }));
          const skipped = [
            ...(heldIn === undefined ? (['held'] as const) : []),
            ...(soldIn === undefined ? (['sold'] as const) : []),
          ];
          return { figures, skipped };
        }),
    },
    READ_MS_MAX,
  );
