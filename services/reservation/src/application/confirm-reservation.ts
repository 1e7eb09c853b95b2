import type { Reservation } from '../domain/reservation';
import type { OwnedReservation, RequestScope } from './ports';
import type { ResolveReservation } from './resolve-reservation';
import type { SettleHold } from './settle-hold';

export type ConfirmReservation = (
  owned: OwnedReservation,
  scope: RequestScope,
) => Promise<Reservation>;

/**
 * Turns a pending reservation and its hold into a sale. Idempotent for its owner.
 *
 * @throws DomainError RESERVATION_NOT_FOUND, RESERVATION_EXPIRED, RESERVATION_CANCELLED
 */
export const createConfirmReservation =
  (deps: {
    readonly resolveReservation: ResolveReservation;
    readonly settleHold: SettleHold;
  }): ConfirmReservation =>
  async (owned, scope) => {
    const { reservation, changed } = await deps.resolveReservation(owned, 'CONFIRMED', scope);
    if (changed)
      await deps.settleHold({ reservationId: owned.reservationId, verdict: 'SELL' }, scope);
    return reservation;
  };
