import type { Logger } from '@flashreserve/ops';
import type {
  PricedLine,
  Reservation,
  ReservationLine,
  ReservationReturn,
  ReservationStatus,
  TOMBSTONE,
} from '../domain/reservation';

/** Properties of the inbound call that are passed to outbound calls. */
export interface RequestScope {
  readonly requestId: string;
  /** When the caller stops waiting. */
  readonly deadline: Date;
  readonly log: Logger;
}

/**
 * A reservation together with its required owner. Another customer's reservation counts as missing.
 */
export interface OwnedReservation {
  readonly reservationId: string;
  readonly customerId: string;
}

/** In place of a customer: anybody's. Only for callers that act for every customer. */
export const ANY_CUSTOMER = Symbol('any customer');

/** A reservation as a caller refers to it. Another customer's reservation counts as missing. */
export interface AddressedReservation {
  readonly reservationId: string;
  readonly customerId: string | typeof ANY_CUSTOMER;
}

/** A customer (a user or a guest), or a backend: an API client or a service. */
export type Resolver = 'customer' | 'backend';

/** A request to confirm or cancel a reservation. */
export interface Resolution extends AddressedReservation {
  readonly to: 'CONFIRMED' | 'CANCELLED';
  /** A customer is too late in the payment grace. */
  readonly by: Resolver;
}

/** A request to move the expiry of a reservation that expires at `from`. */
export interface Extension extends AddressedReservation {
  readonly from: Date;
  readonly to: Date;
  readonly extensionId: string;
}

/** Adds a return to a reservation that has as many as it was read with. */
export interface ReturnAddition extends AddressedReservation {
  /** How many returns it had. */
  readonly before: number;
  readonly made: ReservationReturn;
  /** Whether nothing is left, so that it becomes RETURNED. */
  readonly isLast: boolean;
}

/** Position in a list: after the reservation with these values. */
export interface ListCursor {
  readonly createdAt: Date;
  readonly reservationId: string;
}

/** The part of a reservation that decides what its hold becomes. */
export type Fate = Pick<Reservation, 'reservationId' | 'status' | 'expiresAt'>;

/** Store of reservations. Every write is durable when its promise resolves. */
export interface ReservationRepository {
  /**
   * Inserts each reservation unless its id has a reservation or tombstone. One result per
   * reservation, in order.
   */
  readonly insert: (
    reservations: readonly Reservation[],
  ) => Promise<readonly ('inserted' | 'exists')[]>;
  /** Finds a reservation of any customer. */
  readonly find: (reservationId: string) => Promise<Reservation | typeof TOMBSTONE | undefined>;
  readonly findOwned: (addressed: AddressedReservation) => Promise<Reservation | undefined>;
  /**
   * Moves each reservation that has the given owner, if one is given, is PENDING and not due at
   * `now`, and for a customer not in its payment grace, to a final state, by conditional updates:
   * of concurrent resolutions of one reservation, only those to the same state succeed.
   *
   * @returns the changed reservation for each resolution, in order; undefined where nothing changed
   */
  readonly resolve: (
    resolutions: readonly Resolution[],
    now: Date,
  ) => Promise<readonly (Reservation | undefined)[]>;
  /**
   * Moves the expiry of a reservation that has the given owner, if one is given, is PENDING and
   * expires at `from`, by one conditional update.
   *
   * @returns the changed reservation; undefined if nothing changed
   */
  readonly extend: (extension: Extension) => Promise<Reservation | undefined>;
  /**
   * Adds a return to a reservation that has the given owner, if one is given, is CONFIRMED and has
   * `before` returns, by one conditional update, which also marks that catalog must be told.
   *
   * @returns the changed reservation; undefined if nothing changed
   */
  readonly addReturn: (addition: ReturnAddition) => Promise<Reservation | undefined>;
  /** Removes the mark that catalog must be told, if the reservation still has so many returns. */
  readonly clearReturnsPending: (reservationId: string, returns: number) => Promise<void>;
  /** Reservations that have the mark, in the order of their ids. */
  readonly findReturnsPending: (query: {
    readonly after: string;
    readonly limit: number;
  }) => Promise<readonly Reservation[]>;
  /** The customer's reservations that are PENDING and not due at `now`, at most `limit`. */
  readonly findOpen: (query: {
    readonly customerId: string;
    readonly now: Date;
    readonly limit: number;
  }) => Promise<readonly Pick<Reservation, 'reservationId' | 'expiresAt'>[]>;
  /**
   * Newest first: those of a customer, or those of anybody with a reference. The status filter
   * counts reservations that are PENDING and due at `now` as EXPIRED.
   */
  readonly list: (query: {
    readonly customerId: string | typeof ANY_CUSTOMER;
    readonly externalReference?: string | undefined;
    readonly now: Date;
    readonly status: ReservationStatus | undefined;
    readonly after: ListCursor | undefined;
    readonly limit: number;
  }) => Promise<readonly Reservation[]>;
  /**
   * Moves reservations that are PENDING and due at `now` to EXPIRED and returns their number. It
   * may be too low if the store failed meanwhile, never too high.
   */
  readonly expireDue: (reservationIds: readonly string[], now: Date) => Promise<number>;
  /** Omits ids that have neither a reservation nor a tombstone. */
  readonly findFates: (reservationIds: readonly string[]) => Promise<readonly Fate[]>;
  /** Skips ids that already have a reservation or tombstone. */
  readonly insertTombstones: (reservationIds: readonly string[], now: Date) => Promise<void>;
}

/** The part of a reservation or tombstone that decides whether it is deleted. */
export interface StoredAge extends Pick<Reservation, 'reservationId' | 'status' | 'createdAt'> {
  readonly isTombstone: boolean;
  /** Catalog must be told of its returns. */
  readonly hasReturnsPending: boolean;
}

export interface RetentionStore {
  /** Approximate number of reservations and tombstones. */
  readonly count: () => Promise<number>;
  /** The next reservations and tombstones in the order of their ids. */
  readonly readAges: (query: {
    readonly after: string;
    readonly limit: number;
  }) => Promise<readonly StoredAge[]>;
  /**
   * Deletes these reservations and tombstones, except those that are pending, and those that
   * catalog must be told returns of.
   */
  readonly deleteEnded: (reservationIds: readonly string[]) => Promise<void>;
}

export type HoldState = 'HELD' | 'SOLD' | 'RELEASED';

/** Units that catalog holds for a reservation. */
export interface Hold {
  readonly state: HoldState;
  /** Both as set by the first call, by this service's clock; a retry does not change them. */
  readonly expiresAt: Date;
  readonly createdAt: Date;
  /** With what the products were sold as when the units were taken; in any order. */
  readonly lines: readonly PricedLine[];
}

/** Client of catalog, which owns stock and holds. All calls are idempotent by reservation id. */
export interface Catalog {
  /**
   * Takes the units of all lines, or nothing.
   *
   * @throws DomainError CATALOG_UNAVAILABLE if it is unknown whether units were taken (a retry
   *   resolves it); catalog's refusals unchanged; see `mayHaveTaken`
   */
  readonly takeHold: (
    request: OwnedReservation & {
      readonly lines: readonly ReservationLine[];
      /** By this service's clock; catalog stores it and never compares it. */
      readonly expiresAt: Date;
      /** How long the reservation lasts, in milliseconds. Catalog uses only this. */
      readonly holdMs: number;
    },
    scope: RequestScope,
  ) => Promise<Hold>;
  /**
   * Settles a hold if it is still HELD. Takes at most two seconds. With the lines of the hold, it
   * is settled where their products are sold, which competes with no other writer.
   *
   * @returns the hold's state after the call; undefined if the hold does not exist
   * @throws DomainError when the outcome is unknown
   */
  readonly settleHold: (
    hold: {
      readonly reservationId: string;
      readonly lines: readonly ReservationLine[] | undefined;
    },
    verdict: 'RELEASE' | 'SELL',
    scope: RequestScope,
  ) => Promise<HoldState | undefined>;
  /**
   * Takes back units of a sold hold. Takes at most two seconds. Idempotent by the id of the return.
   *
   * @param hold the reservation; its lines say where its products are sold
   * @throws DomainError when the outcome is unknown; catalog's refusals unchanged
   */
  readonly returnStock: (
    hold: Pick<Reservation, 'reservationId' | 'lines'>,
    made: ReservationReturn,
    scope: RequestScope,
  ) => Promise<void>;
  /**
   * Tells that a reservation was extended and is due in `remainingMs`, so that sweeps do not ask
   * about it meanwhile. Takes at most two seconds.
   *
   * @throws DomainError when the outcome is unknown
   */
  readonly postponeHold: (
    hold: Pick<Reservation, 'reservationId' | 'lines'> & { readonly remainingMs: number },
    scope: RequestScope,
  ) => Promise<void>;
}

/**
 * Adds jobs to the expiry queue. Jobs only make expiry and settlement timely, and the sweep covers
 * missing ones, so neither function rejects. Both resolve within a second, and at once while the
 * queue is known to be down.
 */
export interface ExpiryScheduler {
  /**
   * `repeated` says that an earlier call may have scheduled the same reservation. Any number of
   * repeated calls adds at most one job.
   */
  readonly scheduleExpiry: (
    reservation: Pick<Reservation, 'reservationId' | 'expiresAt'>,
    options: { readonly repeated: boolean },
  ) => Promise<void>;
  /** Requests that the worker settles the hold of a reservation in a final state. */
  readonly scheduleSettlement: (reservationId: string) => Promise<void>;
}
