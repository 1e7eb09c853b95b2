import { type Connection, type Model, Schema } from 'mongoose';
import type { StockAdjustment } from '../domain/stock-adjustment';

/** A stored adjustment. Its `_id` makes AdjustStock idempotent. */
export interface StockAdjustmentDocument {
  readonly _id: string;
  readonly productId: string;
  readonly delta: number;
  readonly reason: string;
  readonly createdBy: string;
  readonly createdAt: Date;
}

const schema = new Schema<StockAdjustmentDocument>(
  {
    _id: { type: String, required: true },
    productId: { type: String, required: true },
    delta: { type: Number, required: true },
    reason: { type: String, required: true },
    createdBy: { type: String, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'stock_adjustments', versionKey: false, strict: 'throw', strictQuery: 'throw' },
);

export const createStockAdjustmentModel = (
  connection: Connection,
): Model<StockAdjustmentDocument> =>
  connection.model<StockAdjustmentDocument>('StockAdjustment', schema);

export const toStockAdjustment = (record: StockAdjustmentDocument): StockAdjustment => ({
  adjustmentId: record._id,
  productId: record.productId,
  delta: record.delta,
  reason: record.reason,
  createdBy: record.createdBy,
  createdAt: record.createdAt,
});

export const toStockAdjustmentRecord = (adjustment: StockAdjustment): StockAdjustmentDocument => ({
  _id: adjustment.adjustmentId,
  productId: adjustment.productId,
  delta: adjustment.delta,
  reason: adjustment.reason,
  createdBy: adjustment.createdBy,
  createdAt: adjustment.createdAt,
});
