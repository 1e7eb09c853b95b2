import type { HoldDocument, ReservationDocument } from '../documents';

/** A hold with all fields needed to recreate its reservation. */
export type StoredHold = HoldDocument;

/** A reservation with all fields needed to recreate its hold. */
export interface StoredReservation extends ReservationDocument {
  readonly expiresAt: Date;
  readonly confirmedAt?: Date;
  readonly cancelledAt?: Date;
  readonly expiredAt?: Date;
  readonly returnedAt?: Date;
}

/** Units of a product and one day. */
export interface StoredLedgerRow {
  readonly _id: string;
  readonly productId: string;
  readonly day: Date;
  readonly sold: number;
  readonly returned?: number;
  readonly writtenOff?: number;
}

export interface StoredProduct {
  readonly _id: string;
  readonly available: number;
  readonly sold: number;
  readonly writtenOff?: number;
  readonly updatedAt: Date;
}
