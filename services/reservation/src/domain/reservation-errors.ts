import { DomainError, limited, unavailable } from '@flashreserve/rpc';

/**
 * No reservation has this id, or it belongs to another customer; the caller must not learn which.
 */
export const reservationNotFound = (): DomainError =>
  new DomainError({
    kind: 'not-found',
    reason: 'RESERVATION_NOT_FOUND',
    message: 'There is no such reservation.',
  });

/** The reservation's time is up, or its hold expired before the reservation was written. */
export const reservationExpired = (): DomainError =>
  new DomainError({
    kind: 'precondition',
    reason: 'RESERVATION_EXPIRED',
    message: 'The reservation has expired.',
  });

export const reservationCancelled = (): DomainError =>
  new DomainError({
    kind: 'precondition',
    reason: 'RESERVATION_CANCELLED',
    message: 'The reservation is already cancelled.',
  });

export const reservationConfirmed = (): DomainError =>
  new DomainError({
    kind: 'precondition',
    reason: 'RESERVATION_CONFIRMED',
    message: 'The reservation is already confirmed.',
  });

/** The key already created a reservation with other lines. */
export const idempotencyKeyReused = (): DomainError =>
  new DomainError({
    kind: 'conflict',
    reason: 'IDEMPOTENCY_KEY_REUSED',
    message: 'The idempotency key was used before, for other products or quantities.',
  });

/**
 * The customer has the maximum number of open reservations; the first of them expires after
 * `retryAfterSeconds`.
 */
export const openHoldsLimited = (limit: number, retryAfterSeconds: number): DomainError =>
  limited({
    reason: 'OPEN_HOLDS_LIMITED',
    message: 'Too many reservations are open at the same time.',
    limit,
    retryAfterSeconds,
  });

/** Catalog cannot be reached or did not reply; the outcome of the call is unknown. */
export const catalogUnavailable = (cause: unknown): DomainError =>
  unavailable('CATALOG_UNAVAILABLE', 'The catalog does not answer. Try again shortly.', { cause });

/**
 * A write and the read after it contradict each other, for example during a failover of the store.
 */
export const storeUnsettled = (): DomainError =>
  unavailable('STORE_UNAVAILABLE', 'The store returned contradictory results. Try again shortly.');
