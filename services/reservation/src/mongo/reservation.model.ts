import { invariant } from '@flashreserve/ops';
import { type Connection, type Model, Schema } from 'mongoose';
import type {
  PricedLine,
  Reservation,
  ReservationReturn,
  ReservationTerms,
} from '../domain/reservation';

/** A reservation, or a tombstone, which has no terms: neither customer nor lines. */
export interface ReservationDocument
  extends Omit<Reservation, 'reservationId' | keyof ReservationTerms>,
    Partial<Pick<Reservation, keyof ReservationTerms>> {
  readonly _id: string;
  readonly tombstone?: true;
}

export type ReservationModel = Model<ReservationDocument>;

export const toReservation = (document: ReservationDocument): Reservation => {
  const { _id: reservationId, customerId, lines, tombstone, ...fields } = document;
  invariant(
    tombstone === undefined && customerId !== undefined && lines !== undefined,
    `Document ${reservationId} is not a reservation.`,
  );
  return { reservationId, customerId, lines, ...fields };
};

const line = new Schema<PricedLine>(
  {
    productId: { type: String, required: true },
    quantity: { type: Number, required: true },
    snapshot: { type: Schema.Types.Mixed },
  },
  { _id: false, strict: 'throw' },
);

const madeReturn = new Schema<ReservationReturn>(
  {
    returnId: { type: String, required: true },
    lines: { type: [line], required: true },
    writeOff: { type: Boolean, required: true },
    reason: { type: String, required: true },
    isAll: { type: Boolean },
    createdAt: { type: Date, required: true },
  },
  { _id: false, strict: 'throw' },
);

/**
 * Lists what queries and updates name, and rejects other names. Inserts and lean reads do not use
 * it: they take their fields from `Reservation`.
 */
const createSchema = (): Schema<ReservationDocument> =>
  new Schema<ReservationDocument>(
    {
      _id: { type: String, required: true },
      customerId: { type: String },
      status: {
        type: String,
        required: true,
        enum: ['PENDING', 'CONFIRMED', 'CANCELLED', 'EXPIRED', 'RETURNED'],
      },
      lines: { type: [line], default: undefined },
      externalReference: { type: String },
      expiresAt: { type: Date, required: true },
      createdAt: { type: Date, required: true },
      confirmedAt: { type: Date },
      cancelledAt: { type: Date },
      expiredAt: { type: Date },
      returnedAt: { type: Date },
      returns: { type: [madeReturn], default: undefined },
      returnsPending: { type: Boolean },
      graceMs: { type: Number },
      extensionIds: { type: [String], default: undefined },
      tombstone: { type: Boolean },
    },
    { collection: 'reservations', versionKey: false, strict: 'throw', strictQuery: 'throw' },
  );

export const createReservationModel = (connection: Connection): ReservationModel =>
  connection.model<ReservationDocument>('Reservation', createSchema());
