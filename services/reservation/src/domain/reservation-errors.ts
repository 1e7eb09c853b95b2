import { DomainError, limited, unavailable } from '@flashreserve/rpc';

/** There is none with this id, or it belongs to somebody else; the caller must not learn which. */
export const reservationNotFound = (): DomainError =>
  new DomainError({
    kind: 'not-found',
    reason: 'RESERVATION_NOT_FOUND',
    message: 'There is no such reservation.',
  });

/** Its time is over, or its hold ran out before the reservation was written. */
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
    message: 'The reservation was cancelled.',
  });

export const reservationConfirmed = (): DomainError =>
  new DomainError({
    kind: 'precondition',
    reason: 'RESERVATION_CONFIRMED',
    message: 'The reservation was confirmed.',
  });

/** The key made a reservation of other lines before. */
export const idempotencyKeyReused = (): DomainError =>
  new DomainError({
    kind: 'conflict',
    reason: 'IDEMPOTENCY_KEY_REUSED',
    message: 'The idempotency key was used for another reservation.',
  });

/** The customer has as many open reservations as allowed; the first of them expires after `retryAfterSeconds`. */
export const openHoldsLimited = (limit: number, retryAfterSeconds: number): DomainError =>
  limited({
    reason: 'OPEN_HOLDS_LIMITED',
    message: 'Too many reservations are open at the same time.',
    limit,
    retryAfterSeconds,
  });

/** Catalog cannot be reached or did not answer; whether it did what was asked is unknown. */
export const catalogUnavailable = (cause: unknown): DomainError =>
  unavailable('CATALOG_UNAVAILABLE', 'The catalog does not answer. Try again shortly.', { cause });

/** A write and the read after it contradict each other, as while a store fails over. */
export const storeUnsettled = (): DomainError =>
  unavailable('STORE_UNAVAILABLE', 'The store does not give a stable answer. Try again shortly.');
