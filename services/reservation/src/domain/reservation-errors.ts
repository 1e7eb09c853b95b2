import { ERROR_CATALOGUE } from '@flashreserve/contracts/errors';
import { createRefusal, type DomainError, limited, unavailable } from '@flashreserve/rpc';

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

/** Catalog cannot be reached or did not reply; the outcome of the call is unknown. */
export const catalogUnavailable = (cause: unknown): DomainError =>
  unavailable('CATALOG_UNAVAILABLE', 'The catalog does not answer. Try again shortly.', { cause });

/**
 * A write and the read after it contradict each other, for example during a failover of the store.
 */
export const storeUnsettled = (): DomainError =>
  unavailable('STORE_UNAVAILABLE', 'The store returned contradictory results. Try again shortly.');
