import { type Connection, type Model, Schema } from 'mongoose';
import type { Reservation, ReservationLine, ReservationTerms } from '../domain/reservation';

/** A reservation, or a tombstone, which has no terms: neither customer nor lines. */
export interface ReservationDocument
  extends Omit<Reservation, 'reservationId' | keyof ReservationTerms>,
    Partial<ReservationTerms> {
  readonly _id: string;
  readonly tombstone?: true;
}

export type ReservationModel = Model<ReservationDocument>;

const line = new Schema<ReservationLine>(
  {
    productId: { type: String, required: true },
    quantity: { type: Number, required: true },
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
        enum: ['PENDING', 'CONFIRMED', 'CANCELLED', 'EXPIRED'],
      },
      lines: { type: [line], default: undefined },
      expiresAt: { type: Date, required: true },
      createdAt: { type: Date, required: true },
      confirmedAt: { type: Date },
      cancelledAt: { type: Date },
      expiredAt: { type: Date },
      tombstone: { type: Boolean },
    },
    { collection: 'reservations', versionKey: false, strict: 'throw', strictQuery: 'throw' },
  );

export const createReservationModel = (connection: Connection): ReservationModel =>
  connection.model<ReservationDocument>('Reservation', createSchema());
