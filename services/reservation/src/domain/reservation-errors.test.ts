import type { DomainError } from '@flashreserve/rpc';
import {
  catalogUnavailable,
  idempotencyKeyReused,
  openHoldsLimited,
  reservationCancelled,
  reservationConfirmed,
  reservationExpired,
  reservationNotFound,
  storeUnsettled,
} from './reservation-errors';

describe('refusals of the reservation service', () => {
  // Callers branch on the reason, and the kind determines the status, so neither may ever change.
  it.each<[DomainError, string, string]>([
    [reservationNotFound(), 'not-found', 'RESERVATION_NOT_FOUND'],
    [reservationExpired(), 'precondition', 'RESERVATION_EXPIRED'],
    [reservationCancelled(), 'precondition', 'RESERVATION_CANCELLED'],
    [reservationConfirmed(), 'precondition', 'RESERVATION_CONFIRMED'],
    [idempotencyKeyReused(), 'conflict', 'IDEMPOTENCY_KEY_REUSED'],
    [catalogUnavailable(undefined), 'unavailable', 'CATALOG_UNAVAILABLE'],
    [openHoldsLimited(5, 60), 'exhausted', 'OPEN_HOLDS_LIMITED'],
    [storeUnsettled(), 'unavailable', 'STORE_UNAVAILABLE'],
  ])('kind and reason are stable: %s', (error, kind, reason) => {
    expect({ kind: error.kind, reason: error.reason }).toEqual({ kind, reason });
    expect(error.message).not.toBe('');
  });

  it('OPEN_HOLDS_LIMITED carries the limit and the seconds until a retry may succeed', () => {
    expect(openHoldsLimited(5, 59.2).metadata).toEqual({ limit: '5', retryAfterSeconds: '60' });
  });

  it('CATALOG_UNAVAILABLE keeps its cause for the log', () => {
    const cause = new Error('connection refused');
    expect(catalogUnavailable(cause).cause).toBe(cause);
  });
});
