import type { Logger } from '@flashreserve/ops';
import type {
  Reservation,
  ReservationLine,
  ReservationStatus,
  TOMBSTONE,
} from '../domain/reservation';

/** What of the caller's call goes along to everything that is done for it. */
export interface RequestScope {
  readonly requestId: string;
  /** When the caller stops waiting. */
  readonly deadline: Date;
  readonly log: Logger;
}

/** A customer's own reservation. Another customer's counts as none. */
export interface OwnedReservation {
  readonly reservationId: string;
  readonly customerId: string;
}

/** A wish to end a reservation. */
export interface Resolution extends OwnedReservation {
  readonly to: 'CONFIRMED' | 'CANCELLED';
}

/** Where a list goes on: after the reservation with these values. */
export interface ListCursor {
  readonly createdAt: Date;
  readonly id: string;
}

/** What decides about a reservation's hold. */
export type Fate = Pick<Reservation, 'id' | 'status' | 'expiresAt'>;

/** Reservations in a store of their own. Every write is durable when its promise resolves. */
export interface ReservationRepository {
  /** Writes each reservation unless there is one with its id, or a tombstone. One answer for each, in order. */
  readonly insert: (
    reservations: readonly Reservation[],
  ) => Promise<readonly ('inserted' | 'exists')[]>;
  /** Whoever's it is. */
  readonly find: (reservationId: string) => Promise<Reservation | typeof TOMBSTONE | undefined>;
  readonly findOwned: (owned: OwnedReservation) => Promise<Reservation | undefined>;
  /**
   * Moves each reservation that is its owner's, PENDING and not due at `now` to a final state, by conditional
   * updates: of several resolutions of one reservation only those to the same state succeed.
   *
   * @returns for each, in order, the reservation after the change; undefined where nothing was changed
   */
  readonly resolve: (
    resolutions: readonly Resolution[],
    now: Date,
  ) => Promise<readonly (Reservation | undefined)[]>;
  /** Some of the customer's reservations that are PENDING and not due at `now`: all of them, or `limit`. */
  readonly findOpen: (query: {
    readonly customerId: string;
    readonly now: Date;
    readonly limit: number;
  }) => Promise<readonly Pick<Reservation, 'id' | 'expiresAt'>[]>;
  /** Newest first. What is PENDING and due at `now` counts as EXPIRED. */
  readonly list: (query: {
    readonly customerId: string;
    readonly now: Date;
    readonly status: ReservationStatus | undefined;
    readonly after: ListCursor | undefined;
    readonly limit: number;
  }) => Promise<readonly Reservation[]>;
  /**
   * Moves those that are PENDING and due at `now` to EXPIRED, and says how many that were: possibly too few when the store
   * has failed meanwhile, never too many.
   */
  readonly expireDue: (reservationIds: readonly string[], now: Date) => Promise<number>;
  /** Leaves out ids that have neither a reservation nor a tombstone. */
  readonly findFates: (reservationIds: readonly string[]) => Promise<readonly Fate[]>;
  /** Leaves ids alone that have got a reservation or a tombstone meanwhile. */
  readonly insertTombstones: (reservationIds: readonly string[], now: Date) => Promise<void>;
}

export type HoldState = 'HELD' | 'SOLD' | 'RELEASED';

/** Units that catalog keeps for a reservation. */
export interface Hold {
  readonly state: HoldState;
  /** Both as the first call set them, by the clock of this service; a repeat does not move them. */
  readonly expiresAt: Date;
  readonly createdAt: Date;
}

/** Catalog, which owns stock and holds. All calls are idempotent by the reservation's id. */
export interface Catalog {
  /**
   * Takes the units of all lines, or nothing.
   *
   * @throws DomainError CATALOG_UNAVAILABLE when it is unknown whether units were taken (a repeat finds out); catalog's
   *   own refusals as they are; see `mayHaveTaken`
   */
  readonly takeHold: (
    request: OwnedReservation & {
      readonly lines: readonly ReservationLine[];
      /** By the clock of this service; catalog keeps it, and compares it with nothing. */
      readonly expiresAt: Date;
      /** How long the reservation lasts until then, in milliseconds. Only this counts for catalog. */
      readonly holdMs: number;
    },
    scope: RequestScope,
  ) => Promise<Hold>;
  /**
   * Ends a hold if it is still HELD. Does not wait longer than two seconds.
   *
   * @returns the hold's state afterwards; undefined when there is no such hold
   * @throws DomainError when the outcome is unknown
   */
  readonly settleHold: (
    reservationId: string,
    verdict: 'RELEASE' | 'SELL',
    scope: RequestScope,
  ) => Promise<HoldState | undefined>;
}

/**
 * Puts jobs into the expiry queue. Jobs only make things timely and the sweep covers each one that is missing,
 * so neither function ever rejects, and both resolve within a second, at once while the queue is known to be away.
 */
export interface ExpiryScheduler {
  /**
   * `repeated` is true when an earlier call may have scheduled the same reservation. However often that happens,
   * it gets one job more at most.
   */
  readonly scheduleExpiry: (
    reservation: Pick<Reservation, 'id' | 'expiresAt'>,
    options: { readonly repeated: boolean },
  ) => Promise<void>;
  /** Asks the worker to settle the hold of a reservation that is in a final state. */
  readonly scheduleSettlement: (reservationId: string) => Promise<void>;
}
