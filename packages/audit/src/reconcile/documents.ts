import type { HoldDocument, ReservationDocument } from '../documents';

/** A hold with everything that is needed to make a reservation of it. */
export interface StoredHold extends HoldDocument {
  readonly createdAt: Date;
  readonly settledAt?: Date;
}

/** A reservation with everything that is needed to make a hold of it. */
export interface StoredReservation extends ReservationDocument {
  readonly expiresAt: Date;
  readonly createdAt: Date;
  readonly confirmedAt?: Date;
  readonly cancelledAt?: Date;
  readonly expiredAt?: Date;
}

export interface StoredProduct {
  readonly _id: string;
  readonly available: number;
  readonly sold: number;
  readonly updatedAt: Date;
}
