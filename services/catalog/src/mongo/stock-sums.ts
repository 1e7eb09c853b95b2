import type { ClientSession } from 'mongoose';
import type { CatalogModels } from './models';

interface SumOfAdjustments {
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
    .aggregate<SumOfAdjustments>([
      { $match: { productId: { $in: productIds } } },
      { $group: { _id: '$productId', units: { $sum: '$delta' } } },
    ])
    .session(session)
    .exec();
  return new Map(sums.map(({ _id, units }) => [_id, units]));
};

/** Adds up the units in holds of the given states. Reads all holds in these states. */
export const sumHolds = async (
  { holds }: CatalogModels,
  productIds: readonly string[],
  states: readonly CountedState[],
  session: ClientSession,
): Promise<UnitsOf> => {
  const sums = await holds
    .aggregate<SumOfHolds>([
      { $match: { 'lines.productId': { $in: productIds }, state: { $in: states } } },
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
