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
  hint?: string,
): Promise<Sums> => {
  const aggregate = model.aggregate<SumOfUnits>(stages).session(session);
  const sums = await (hint === undefined ? aggregate : aggregate.hint(hint)).exec();
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

/** Holds that match, with the index that has them: the local store might read all holds instead. */
interface HoldFilter {
  readonly match: { readonly state: 'HELD' } | { readonly unfolded: true };
  readonly hint: string;
}

const HELD: HoldFilter = { match: { state: 'HELD' }, hint: 'held' };
const UNFOLDED: HoldFilter = { match: { unfolded: true }, hint: 'unfolded' };

/** Adds up the lines of the holds that match. Reads all of them, of whatever products. */
const sumLines = (
  { holds }: CatalogModels,
  { match, hint }: HoldFilter,
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
    hint,
  );

/** Units in HELD holds. */
export const sumHeld = (
  models: CatalogModels,
  productIds: string[],
  session: ClientSession,
): Promise<Sums> => sumLines(models, HELD, productIds, session);

/** Units of a product that left stock. */
export interface SoldUnits {
  /** Sold, and not returned. */
  readonly sold: number;
  readonly writtenOff: number;
}

export const NONE_SOLD: SoldUnits = { sold: 0, writtenOff: 0 };

interface LedgerSums {
  readonly _id: string;
  readonly sold: number;
  readonly returned: number;
  readonly writtenOff: number;
}

/**
 * Units that were sold, without those that came back: those in the ledger, and those of holds that
 * are not folded yet. All that came back are in the ledger.
 */
export const sumSold = async (
  models: CatalogModels,
  productIds: string[],
  session: ClientSession,
): Promise<ReadonlyMap<string, SoldUnits>> => {
  const rows = await models.stockLedger
    .aggregate<LedgerSums>([
      { $match: { productId: { $in: productIds } } },
      {
        $group: {
          _id: '$productId',
          sold: { $sum: '$sold' },
          returned: { $sum: '$returned' },
          writtenOff: { $sum: '$writtenOff' },
        },
      },
    ])
    .session(session)
    .exec();
  const folded = new Map(rows.map((row) => [row._id, row]));
  const unfolded = await sumLines(models, UNFOLDED, productIds, session);
  return new Map(
    productIds.map((id) => {
      const { sold = 0, returned = 0, writtenOff = 0 } = folded.get(id) ?? {};
      return [id, { sold: sold - returned + (unfolded.get(id) ?? 0), writtenOff }];
    }),
  );
};
