import { type Connection, type Model, Schema } from 'mongoose';

/** Units of a product that were sold on one day, of holds that are folded. */
export interface StockLedgerDocument {
  /** `<productId>:<day>`, so that one update adds to the row or creates it. */
  readonly _id: string;
  readonly productId: string;
  /** Midnight in UTC. */
  readonly day: Date;
  readonly sold: number;
}

const schema = new Schema<StockLedgerDocument>(
  {
    _id: { type: String, required: true },
    productId: { type: String, required: true },
    day: { type: Date, required: true },
    sold: { type: Number, required: true },
  },
  { collection: 'stock_ledger', versionKey: false, strict: 'throw', strictQuery: 'throw' },
);
export const createStockLedgerModel = (connection: Connection): Model<StockLedgerDocument> =>
  connection.model<StockLedgerDocument>('StockLedger', schema);
