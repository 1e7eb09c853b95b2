/**
 * The documents as the audit reads them. Declared independently of the services, so that a bug in
 * their code cannot hide itself.
 */
export interface ProductDocument {
  readonly _id: string;
  readonly name: string;
  readonly available: number;
  readonly held: number;
  readonly sold: number;
  /** Absent while no unit was written off. */
  readonly writtenOff?: number;
  readonly initialStock: number;
}

export interface Line {
  readonly productId: string;
  readonly quantity: number;
}

/** Units that came back, in a reservation and in its hold. */
export interface ReturnDocument {
  readonly returnId: string;
  readonly lines: readonly Line[];
  readonly writeOff: boolean;
  readonly reason: string;
  readonly createdAt: Date;
}

export interface HoldDocument {
  readonly _id: string;
  readonly customerId: string;
  readonly lines: readonly Line[];
  readonly state: 'HELD' | 'SOLD' | 'RELEASED';
  /** By catalog's clock. */
  readonly expireTime: Date;
  /** By reservation's clock, where stored separately. */
  readonly reservationExpireTime?: Date;
  readonly createdAt: Date;
  readonly settledAt?: Date;
  /** Sold, and not in the ledger yet. */
  readonly unfolded?: true;
  readonly returns?: readonly ReturnDocument[];
}

export interface ReservationDocument {
  readonly _id: string;
  readonly customerId?: string;
  readonly lines?: readonly Line[];
  readonly status: 'PENDING' | 'CONFIRMED' | 'CANCELLED' | 'EXPIRED' | 'RETURNED';
  readonly tombstone?: boolean;
  readonly createdAt: Date;
  readonly returns?: readonly ReturnDocument[];
  /** Catalog may not know of all returns. */
  readonly returnsPending?: true;
}
