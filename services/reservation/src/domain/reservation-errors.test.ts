import type { DomainError } from '@flashreserve/rpc';
import {
  catalogUnavailable,
  openHoldsLimited,
  refusal,
  storeUnsettled,
} from './reservation-errors';

describe('refusals of the reservation service', () => {
  // Callers branch on the reason, and the kind determines the status, so neither may ever change.
  it.each<[DomainError, string, string]>([
    [refusal('RESERVATION_NOT_FOUND'), 'not-found', 'RESERVATION_NOT_FOUND'],
    [refusal('RESERVATION_EXPIRED'), 'precondition', 'RESERVATION_EXPIRED'],
    [refusal('RESERVATION_CANCELLED'), 'precondition', 'RESERVATION_CANCELLED'],
    [refusal('RESERVATION_CONFIRMED'), 'precondition', 'RESERVATION_CONFIRMED'],
    [refusal('IDEMPOTENCY_KEY_REUSED'), 'conflict', 'IDEMPOTENCY_KEY_REUSED'],
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
