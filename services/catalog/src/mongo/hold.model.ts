import { type Connection, type Model, Schema } from 'mongoose';
import type { Hold, HoldState } from '../domain/hold';
import type { HoldReturn } from '../domain/hold-return';
import type { PriceSnapshot } from '../domain/product';
import type { HeldLine } from '../domain/stock-line';

/** A stored hold. Its `_id` makes decrements idempotent. */
export interface HoldDocument {
  /** The reservation's id. */
  readonly _id: string;
  readonly customerId: string;
  readonly lines: readonly HeldLine[];
  readonly state: HoldState;
  /** When the hold becomes overdue, by catalog's clock. */
  readonly expireTime: Date;
  /**
   * When the reservation expires, by reservation's clock. Absent if the caller gave no `hold_time`:
   * it then equals `expireTime`.
   */
  readonly reservationExpireTime?: Date;
  /** How long the reservation lasts, in milliseconds. */
  readonly holdMs?: number;
  readonly createdAt: Date;
  readonly settledAt?: Date;
  /**
   * Only of SOLD holds whose units are not in the stock ledger yet. A field of its own, because not
   * every store finds documents without `foldedAt` by an index.
   */
  readonly unfolded?: true;
  /** When its units were added to the stock ledger. */
  readonly foldedAt?: Date;
  /** Units that came back. They are in the stock ledger, whether the hold is folded or not. */
  readonly returns?: readonly HoldReturn[];
}

const snapshot = new Schema<PriceSnapshot>(
  {
    unitPrice: {
      minorUnits: { type: Number, required: true },
      currencyCode: { type: String, required: true },
    },
    name: { type: String, required: true },
    sku: { type: String },
  },
  { _id: false, strict: 'throw' },
);

const schema = new Schema<HoldDocument>(
  {
    _id: { type: String, required: true },
    customerId: { type: String, required: true },
    lines: [
      {
        _id: false,
        productId: { type: String, required: true },
        quantity: { type: Number, required: true },
        snapshot: { type: snapshot },
      },
    ],
    state: { type: String, required: true, enum: ['HELD', 'SOLD', 'RELEASED'] },
    expireTime: { type: Date, required: true },
    reservationExpireTime: { type: Date },
    holdMs: { type: Number },
    createdAt: { type: Date, required: true },
    settledAt: { type: Date },
    unfolded: { type: Boolean },
    foldedAt: { type: Date },
    returns: {
      type: [
        {
          _id: false,
          returnId: { type: String, required: true },
          lines: [
            {
              _id: false,
              productId: { type: String, required: true },
              quantity: { type: Number, required: true },
            },
          ],
          writeOff: { type: Boolean, required: true },
          reason: { type: String, required: true },
          createdAt: { type: Date, required: true },
        },
      ],
      default: undefined,
    },
  },
  { collection: 'holds', versionKey: false, strict: 'throw', strictQuery: 'throw' },
);

export const createHoldModel = (connection: Connection): Model<HoldDocument> =>
  connection.model<HoldDocument>('Hold', schema);

export const toHold = (record: HoldDocument): Hold => ({
  reservationId: record._id,
  customerId: record.customerId,
  lines: record.lines,
  state: record.state,
  expiresAt: record.reservationExpireTime ?? record.expireTime,
  ...(record.holdMs === undefined ? {} : { holdMs: record.holdMs }),
  overdueAt: record.expireTime,
  createdAt: record.createdAt,
  ...(record.settledAt === undefined ? {} : { settledAt: record.settledAt }),
  ...(record.returns === undefined ? {} : { returns: record.returns }),
});

export const toHoldRecord = (hold: Hold): HoldDocument => ({
  _id: hold.reservationId,
  customerId: hold.customerId,
  lines: hold.lines,
  state: hold.state,
  expireTime: hold.overdueAt,
  ...(hold.holdMs === undefined
    ? {}
    : { reservationExpireTime: hold.expiresAt, holdMs: hold.holdMs }),
  createdAt: hold.createdAt,
  ...(hold.settledAt === undefined ? {} : { settledAt: hold.settledAt }),
});
