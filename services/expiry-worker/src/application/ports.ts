/** Limits and marks of one remote call. */
export interface CallScope {
  /** The call fails when it has no answer after this long. */
  readonly timeoutMs: number;
  /** The same for all calls that one batch or sweep makes, so that it can be followed through the logs. */
  readonly requestId: string;
  /** Cancels the call. */
  readonly signal?: AbortSignal;
}

/** What reservation says a hold must become. */
export type Verdict =
  | { readonly kind: 'release' }
  | { readonly kind: 'sell' }
  | { readonly kind: 'not-due'; readonly remainingMs: number };

/** The state of a hold after a call that settles it. */
export interface HoldAfterCall {
  readonly state: 'held' | 'released' | 'sold' | 'none';
  /** True when this call brought the hold there. */
  readonly changed: boolean;
}

/** Reservation, which alone decides what is due. */
export interface ReservationPort {
  /**
   * Expires what is pending and due, and gives a verdict for each id. At most 500 ids.
   *
   * @throws DomainError whatever goes wrong; a repeat is harmless
   */
  readonly expireReservations: (
    reservationIds: readonly string[],
    scope: CallScope,
  ) => Promise<ReadonlyMap<string, Verdict>>;
}

export interface OverdueHoldsPage {
  readonly reservationIds: readonly string[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** Catalog, which owns the holds. All calls take at most 500 ids, throw DomainError, and may be repeated. */
export interface CatalogPort {
  readonly restoreStock: (
    reservationIds: readonly string[],
    scope: CallScope,
  ) => Promise<ReadonlyMap<string, HoldAfterCall>>;
  readonly commitStock: (
    reservationIds: readonly string[],
    scope: CallScope,
  ) => Promise<ReadonlyMap<string, HoldAfterCall>>;
  /** Holds that nobody has settled although they are overdue by at least `overdueForMs`, oldest first. */
  readonly listOverdueHolds: (
    query: { readonly overdueForMs: number; readonly pageToken: string },
    scope: CallScope,
  ) => Promise<OverdueHoldsPage>;
}
