/** Timeout, request id and cancellation of one remote call. */
export interface CallScope {
  /** Deadline of the call, in milliseconds from now. */
  readonly timeoutMs: number;
  /** Shared by all calls of one batch or sweep, to correlate logs. */
  readonly requestId: string;
  /** Cancels the call. */
  readonly signal?: AbortSignal;
}

/** Reservation's decision about a hold. */
export type Verdict =
  | { readonly kind: 'release' }
  | { readonly kind: 'sell' }
  | { readonly kind: 'not-due'; readonly remainingMs: number };

/** State of a hold after a settling call. */
export interface HoldAfterCall {
  readonly state: 'held' | 'released' | 'sold' | 'none';
  /** Whether this call changed it. */
  readonly changed: boolean;
}

/** The reservation service, the only authority on what is due. */
export interface ReservationPort {
  /**
   * Expires reservations that are pending and due; returns a verdict for each id. At most 500 ids.
   * Idempotent.
   *
   * @throws DomainError on any failure
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

/**
 * The catalog service, which owns the holds. At most 500 ids per call; idempotent; throws
 * DomainError.
 */
export interface CatalogPort {
  readonly restoreStock: (
    reservationIds: readonly string[],
    scope: CallScope,
  ) => Promise<ReadonlyMap<string, HoldAfterCall>>;
  readonly commitStock: (
    reservationIds: readonly string[],
    scope: CallScope,
  ) => Promise<ReadonlyMap<string, HoldAfterCall>>;
  /** Unsettled holds that are overdue by at least `overdueForMs`, oldest first. */
  readonly listOverdueHolds: (
    query: { readonly overdueForMs: number; readonly pageToken: string },
    scope: CallScope,
  ) => Promise<OverdueHoldsPage>;
}
