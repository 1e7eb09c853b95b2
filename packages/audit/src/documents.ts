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
  readonly initialStock: number;
}

export interface Line {
  readonly productId: string;
  readonly quantity: number;
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
}

export interface ReservationDocument {
  readonly _id: string;
  readonly customerId?: string;
  readonly lines?: readonly Line[];
  readonly status: 'PENDING' | 'CONFIRMED' | 'CANCELLED' | 'EXPIRED';
  readonly tombstone?: boolean;
  readonly createdAt: Date;
}
