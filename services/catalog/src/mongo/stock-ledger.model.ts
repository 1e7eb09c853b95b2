import { type Connection, type Model, Schema } from 'mongoose';

/**
 * Units of a product and one day: those sold with holds that are folded, and those that came back.
 */
export interface StockLedgerDocument {
  /** `<productId>:<day>`, so that one update adds to the row or creates it. */
  readonly _id: string;
  readonly productId: string;
  /** Midnight in UTC. */
  readonly day: Date;
  readonly sold: number;
  /** Came back on this day, whenever they were sold. Absent if none did. */
  readonly returned?: number;
  /** Those of them that were written off. */
  readonly writtenOff?: number;
}

const schema = new Schema<StockLedgerDocument>(
  {
    _id: { type: String, required: true },
    productId: { type: String, required: true },
    day: { type: Date, required: true },
    sold: { type: Number, required: true },
    returned: { type: Number },
    writtenOff: { type: Number },
  },
  { collection: 'stock_ledger', versionKey: false, strict: 'throw', strictQuery: 'throw' },
);

/** The row of a product and a day. */
export const ledgerIdOf = (productId: string, day: Date): string =>
  `${productId}:${day.toISOString().slice(0, 10)}`;

export const createStockLedgerModel = (connection: Connection): Model<StockLedgerDocument> =>
  connection.model<StockLedgerDocument>('StockLedger', schema);
