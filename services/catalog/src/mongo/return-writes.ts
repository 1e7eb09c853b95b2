import { dayOf } from '@flashreserve/ops';
import type { AnyBulkWriteOperation } from 'mongoose';
import type { StockChanges, StockReturns } from '../domain/stock-changes';
import type { HoldDocument } from './hold.model';
import { ledgerIdOf, type StockLedgerDocument } from './stock-ledger.model';

/** An update that matches nothing means that the hold has other returns than when it was read. */
export const toHoldUpdate = ({
  reservationId,
  before,
  returns,
}: StockReturns): AnyBulkWriteOperation<HoldDocument> => ({
  updateOne: {
    filter: {
      _id: reservationId,
      state: 'SOLD',
      returns: before === 0 ? { $exists: false } : { $size: before },
    },
    update: { $push: { returns: { $each: [...returns] } } },
  },
});

interface ReturnedUnits {
  readonly returned: number;
  readonly writtenOff: number;
}

const NONE: ReturnedUnits = { returned: 0, writtenOff: 0 };

/** Adds the units to the rows of the day on which they come back, one for each product. */
export const toLedgerUpdates = ({
  returned,
  time,
}: StockChanges): AnyBulkWriteOperation<StockLedgerDocument>[] => {
  const byProduct = new Map<string, ReturnedUnits>();
  for (const { lines, writeOff } of returned.flatMap(({ returns }) => returns)) {
    for (const { productId, quantity } of lines) {
      const units = byProduct.get(productId) ?? NONE;
      byProduct.set(productId, {
        returned: units.returned + quantity,
        writtenOff: units.writtenOff + (writeOff ? quantity : 0),
      });
    }
  }
  const day = dayOf(time);
  return [...byProduct].map(([productId, units]) => ({
    updateOne: {
      filter: { _id: ledgerIdOf(productId, day) },
      update: { $inc: { ...units }, $setOnInsert: { productId, day, sold: 0 } },
      upsert: true,
    },
  }));
};
