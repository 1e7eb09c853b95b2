import { type Connection, type Model, Schema } from 'mongoose';
import type { Hold, HoldState } from '../domain/hold';
import type { StockLine } from '../domain/stock-line';

/** A hold as it is stored. Its `_id` is what makes a decrement idempotent. */
export interface HoldRecord {
  /** The reservation's id. */
  readonly _id: string;
  readonly customerId: string;
  readonly lines: readonly StockLine[];
  readonly state: HoldState;
  readonly expireTime: Date;
  readonly createdAt: Date;
  readonly settledAt?: Date;
}

const schema = new Schema<HoldRecord>(
  {
    _id: { type: String, required: true },
    customerId: { type: String, required: true },
    lines: [
      {
        _id: false,
        productId: { type: String, required: true },
        quantity: { type: Number, required: true },
      },
    ],
    state: { type: String, required: true, enum: ['HELD', 'SOLD', 'RELEASED'] },
    expireTime: { type: Date, required: true },
    createdAt: { type: Date, required: true },
    settledAt: { type: Date },
  },
  { collection: 'holds', versionKey: false, strict: 'throw', strictQuery: 'throw' },
);

// The list of overdue holds, in its order.
schema.index({ state: 1, expireTime: 1, _id: 1 });

export const createHoldModel = (connection: Connection): Model<HoldRecord> =>
  connection.model<HoldRecord>('Hold', schema);

export const toHold = (record: HoldRecord): Hold => ({
  reservationId: record._id,
  customerId: record.customerId,
  lines: record.lines,
  state: record.state,
  expireTime: record.expireTime,
  createTime: record.createdAt,
  ...(record.settledAt === undefined ? {} : { settleTime: record.settledAt }),
});

export const toHoldRecord = (hold: Hold): HoldRecord => ({
  _id: hold.reservationId,
  customerId: hold.customerId,
  lines: hold.lines,
  state: hold.state,
  expireTime: hold.expireTime,
  createdAt: hold.createTime,
  ...(hold.settleTime === undefined ? {} : { settledAt: hold.settleTime }),
});
