import type { ClientSession } from 'mongoose';
import type { CatalogModels } from './models';

interface SumOfUnits {
  readonly _id: string;
  readonly units: number;
}

type CountedState = 'HELD' | 'SOLD';

interface SumOfHolds {
  readonly _id: { readonly productId: string; readonly state: CountedState };
  readonly units: number;
}

/** Units of a product in holds of a state. */
export type UnitsOf = (productId: string, state: CountedState) => number;

/** Sums of all adjustments by product; products without any are omitted. */
export const sumAdjustments = async (
  { stockAdjustments }: CatalogModels,
  productIds: readonly string[],
  session: ClientSession,
): Promise<ReadonlyMap<string, number>> => {
  const sums = await stockAdjustments
    .aggregate<SumOfUnits>([
      { $match: { productId: { $in: productIds } } },
      { $group: { _id: '$productId', units: { $sum: '$delta' } } },
    ])
    .session(session)
    .exec();
  return new Map(sums.map(({ _id, units }) => [_id, units]));
};

/** Sums of the ledger by product; products without a sale are omitted. */
const sumLedger = async (
  { stockLedger }: CatalogModels,
  productIds: readonly string[],
  session: ClientSession,
): Promise<ReadonlyMap<string, number>> => {
  const sums = await stockLedger
    .aggregate<SumOfUnits>([
      { $match: { productId: { $in: productIds } } },
      { $group: { _id: '$productId', units: { $sum: '$sold' } } },
    ])
    .session(session)
    .exec();
  return new Map(sums.map(({ _id, units }) => [_id, units]));
};

/**
 * Adds up the units in holds of the given states: all HELD holds, and for SOLD the ledger and the holds
 * that are not folded yet.
 */
export const sumHolds = async (
  models: CatalogModels,
  productIds: readonly string[],
  states: readonly CountedState[],
  session: ClientSession,
): Promise<UnitsOf> => {
  const sums = await models.holds
    .aggregate<SumOfHolds>([
      {
        $match: {
          state: { $in: states },
          foldedAt: null,
          'lines.productId': { $in: productIds },
        },
      },
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
  const folded = states.includes('SOLD')
    ? await sumLedger(models, productIds, session)
    : new Map<string, number>();
  const units = new Map(sums.map((sum) => [`${sum._id.state} ${sum._id.productId}`, sum.units]));
  return (productId, state) =>
    (units.get(`${state} ${productId}`) ?? 0) +
    (state === 'SOLD' ? (folded.get(productId) ?? 0) : 0);
};
