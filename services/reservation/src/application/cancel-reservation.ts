import type { Reservation } from '../domain/reservation';
import type { OwnedReservation, RequestScope } from './ports';
import type { ResolveReservation } from './resolve-reservation';
import type { SettleHold } from './settle-hold';

export type CancelReservation = (
  owned: OwnedReservation,
  scope: RequestScope,
) => Promise<Reservation>;

/**
 * Cancels a pending reservation and releases its units. Idempotent for its owner.
 *
 * @throws DomainError RESERVATION_NOT_FOUND, RESERVATION_EXPIRED, RESERVATION_CONFIRMED
 */
export const createCancelReservation =
  (deps: {
    readonly resolveReservation: ResolveReservation;
    readonly settleHold: SettleHold;
  }): CancelReservation =>
  async (owned, scope) => {
    const { reservation, changed } = await deps.resolveReservation(owned, 'CANCELLED', scope);
    if (changed) {
      await deps.settleHold({ reservationId: owned.reservationId, verdict: 'RELEASE' }, scope);
    }
    return reservation;
  };
