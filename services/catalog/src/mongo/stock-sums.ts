import type { ClientSession, Model, PipelineStage } from 'mongoose';
import type { CatalogModels } from './models';

interface SumOfUnits {
  readonly _id: string;
  readonly units: number;
}

/** Units by product; products without any are omitted. */
export type Sums = ReadonlyMap<string, number>;

const sum = async <Document>(
  model: Model<Document>,
  stages: PipelineStage[],
  session: ClientSession,
): Promise<Sums> => {
  const sums = await model.aggregate<SumOfUnits>(stages).session(session).exec();
  return new Map(sums.map(({ _id, units }) => [_id, units]));
};

/** Sums of all adjustments. */
export const sumAdjustments = (
  { stockAdjustments }: CatalogModels,
  productIds: string[],
  session: ClientSession,
): Promise<Sums> =>
  sum(
    stockAdjustments,
    [
      { $match: { productId: { $in: productIds } } },
      { $group: { _id: '$productId', units: { $sum: '$delta' } } },
    ],
    session,
  );

/** Adds up the lines of the holds that match. Reads all of them, of whatever products. */
const sumLines = (
  { holds }: CatalogModels,
  match: { readonly state: 'HELD' } | { readonly unfolded: true },
  productIds: string[],
  session: ClientSession,
): Promise<Sums> =>
  sum(
    holds,
    [
      { $match: { ...match, 'lines.productId': { $in: productIds } } },
      { $unwind: '$lines' },
      { $match: { 'lines.productId': { $in: productIds } } },
      { $group: { _id: '$lines.productId', units: { $sum: '$lines.quantity' } } },
    ],
    session,
  );

/** Units in HELD holds. */
export const sumHeld = (
  models: CatalogModels,
  productIds: string[],
  session: ClientSession,
): Promise<Sums> => sumLines(models, { state: 'HELD' }, productIds, session);

/** Units that were sold: those in the ledger, and those of holds that are not folded yet. */
export const sumSold = async (
  models: CatalogModels,
  productIds: string[],
  session: ClientSession,
): Promise<Sums> => {
  const folded = await sum(
    models.stockLedger,
    [
      { $match: { productId: { $in: productIds } } },
      { $group: { _id: '$productId', units: { $sum: '$sold' } } },
    ],
    session,
  );
  // Without the state: it follows, and the local store would read the index of all sold holds, too.
  const unfolded = await sumLines(models, { unfolded: true }, productIds, session);
  return new Map(productIds.map((id) => [id, (folded.get(id) ?? 0) + (unfolded.get(id) ?? 0)]));
};
