import type { Line, ReservationStatus } from '../history/history';

/** A stored product. */
export interface StoredProduct {
  readonly productId: string;
  readonly available: number;
  readonly held: number;
  readonly sold: number;
  readonly writtenOff: number;
  readonly initialStock: number;
}

export interface StoredAdjustment {
  readonly productId: string;
  readonly delta: number;
}

/** Units that came back; its reason is the key of its caller. */
export interface StoredReturn {
  readonly returnId: string;
  readonly lines: readonly Line[];
  readonly writeOff: boolean;
  readonly reason: string;
}

/** Units of a product that came back on one day. */
export interface StoredLedgerRow {
  readonly productId: string;
  readonly returned: number;
  readonly writtenOff: number;
}

/** A stored hold; times in ms since the epoch, by the clock of catalog. */
export interface StoredHold {
  readonly reservationId: string;
  readonly customerId: string;
  readonly lines: readonly Line[];
  readonly state: 'HELD' | 'SOLD' | 'RELEASED';
  readonly expireTime: number;
  readonly returns: readonly StoredReturn[];
}

/**
 * A stored reservation, or a tombstone, which has neither customer nor lines; times in ms since the
 * epoch.
 */
export interface StoredReservation {
  readonly reservationId: string;
  readonly customerId: string | undefined;
  readonly lines: readonly Line[];
  readonly status: ReservationStatus;
  readonly expiresAt: number;
  readonly createdAt: number;
  readonly confirmedAt: number | undefined;
  readonly expiredAt: number | undefined;
  readonly isTombstone: boolean;
  /** Of a revived one: the expired reservation. */
  readonly replaces: string | undefined;
  readonly returns: readonly StoredReturn[];
  readonly hasReturnsPending: boolean;
}

/** Both databases after a run. */
export interface Store {
  readonly products: ReadonlyMap<string, StoredProduct>;
  readonly adjustments: readonly StoredAdjustment[];
  readonly ledger: readonly StoredLedgerRow[];
  readonly holds: ReadonlyMap<string, StoredHold>;
  readonly reservations: ReadonlyMap<string, StoredReservation>;
}
