import { ERROR_CATALOGUE } from '@flashreserve/contracts/errors';
import {
  createRefusal,
  type DomainError,
  invalidRequest,
  limited,
  unavailable,
} from '@flashreserve/rpc';

/** An error by its reason, as explained in the catalogue. The others carry values. */
export const refusal = createRefusal(ERROR_CATALOGUE);

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

/** An extension would hold the units past this time. */
export const holdTimeExceeded = (latestExpiresAt: Date): DomainError =>
  refusal('HOLD_TIME_EXCEEDED', {
    message: `The reservation can be extended until ${latestExpiresAt.toISOString()} at most.`,
    metadata: { latestExpiresAt: latestExpiresAt.toISOString() },
  });

/** A return names more units of a product than are left; nothing was returned. */
export const returnExceedsUnits = (productId: string, returnableUnits: number): DomainError =>
  refusal('RETURN_EXCEEDS_UNITS', {
    message: `Only ${returnableUnits} unit(s) of product ${productId} can still be returned.`,
    metadata: { productId, returnableUnits: String(returnableUnits) },
  });

/** The customer is too late; until `graceEndsAt` a backend may still confirm the reservation. */
export const expiredForCustomer = (graceEndsAt: Date): DomainError =>
  refusal('RESERVATION_EXPIRED', { metadata: { graceEndsAt: graceEndsAt.toISOString() } });

/** A caller that may choose the hold time chose one that is too long. */
export const holdTooLong = (secondsMax: number): DomainError =>
  invalidRequest([{ field: 'hold_seconds', description: `must be 1 to ${secondsMax}` }]);

/** Catalog cannot be reached or did not reply; the outcome of the call is unknown. */
export const catalogUnavailable = (cause: unknown): DomainError =>
  unavailable('CATALOG_UNAVAILABLE', 'The catalog does not answer. Try again shortly.', { cause });

/**
 * A write and the read after it contradict each other, for example during a failover of the store.
 */
export const storeUnsettled = (): DomainError =>
  unavailable('STORE_UNAVAILABLE', 'The store returned contradictory results. Try again shortly.');
