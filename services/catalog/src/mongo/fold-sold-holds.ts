import { dayOf } from '@flashreserve/ops';
import { attemptTransaction, isTransactionConflict } from '@flashreserve/store';
import type { AnyBulkWriteOperation, ClientSession, Connection } from 'mongoose';
import type { HoldDocument } from './hold.model';
import type { CatalogModels } from './models';
import { ledgerIdOf, type StockLedgerDocument } from './stock-ledger.model';

type SoldHold = Pick<HoldDocument, '_id' | 'lines' | 'settledAt' | 'expireTime'>;

/** Thrown to abort the transaction when another instance has folded one of the holds. */
class AlreadyFoldedError extends Error {
  override readonly name = 'AlreadyFoldedError';
}

/** One increment per product and day. */
const toIncrements = (sold: readonly SoldHold[]): AnyBulkWriteOperation<StockLedgerDocument>[] => {
  const rows = new Map<string, StockLedgerDocument>();
  for (const { lines, settledAt, expireTime } of sold) {
    const day = dayOf(settledAt ?? expireTime);
    for (const { productId, quantity } of lines) {
      const _id = ledgerIdOf(productId, day);
      const units = (rows.get(_id)?.sold ?? 0) + quantity;
      rows.set(_id, { _id, productId, day, sold: units });
    }
  }
  return [...rows.values()].map(({ _id, productId, day, sold: units }) => ({
    updateOne: {
      filter: { _id },
      update: { $inc: { sold: units }, $setOnInsert: { productId, day } },
      upsert: true,
    },
  }));
};

/**
 * Folds up to `limit` sold holds into the ledger. Readers see either the holds or the ledger rows,
 * because both change in one transaction. All units that were sold are folded: those that came back
 * are in rows of their own day, so a return never competes with this.
 *
 * @returns the number of holds found
 */
export const foldSoldHolds = async (
  connection: Connection,
  { holds, stockLedger }: Pick<CatalogModels, 'holds' | 'stockLedger'>,
  { now, limit }: { readonly now: Date; readonly limit: number },
): Promise<number> => {
  const sold = await holds
    .find({ unfolded: true }, { lines: 1, settledAt: 1, expireTime: 1 })
    // Without it, the local store reads the whole collection when few holds match.
    .hint('unfolded')
    .limit(limit)
    .lean<SoldHold[]>()
    .exec();
  if (sold.length === 0) return 0;

  const fold = async (session: ClientSession): Promise<void> => {
    const { modifiedCount } = await holds
      .updateMany(
        { _id: { $in: sold.map(({ _id }) => _id) }, unfolded: true },
        { $set: { foldedAt: now }, $unset: { unfolded: 1 } },
      )
      .session(session)
      .exec();
    if (modifiedCount !== sold.length) throw new AlreadyFoldedError();
    await stockLedger.bulkWrite(toIncrements(sold), { session, ordered: true });
  };
  try {
    await attemptTransaction(connection, fold);
  } catch (error) {
    // Nothing was written; the next batch reads again.
    if (!(error instanceof AlreadyFoldedError) && !isTransactionConflict(error)) throw error;
  }
  return sold.length;
};
