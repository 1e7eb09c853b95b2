import type { Reservation } from '../domain/reservation';
import type { AddressedReservation, RequestScope, Resolver } from './ports';
import type { ResolveReservation } from './resolve-reservation';
import type { SettleHold } from './settle-hold';

export type CancelReservation = (
  addressed: AddressedReservation,
  by: Resolver,
  scope: RequestScope,
) => Promise<Reservation>;

/**
 * Cancels a pending reservation and releases its units. Idempotent.
 *
 * @throws DomainError RESERVATION_NOT_FOUND, RESERVATION_EXPIRED, RESERVATION_CONFIRMED,
 *   RESERVATION_RETURNED
 */
export const createCancelReservation =
  (deps: {
    readonly resolveReservation: ResolveReservation;
    readonly settleHold: SettleHold;
  }): CancelReservation =>
  async (addressed, by, scope) => {
    const { reservation, changed } = await deps.resolveReservation(
      addressed,
      { to: 'CANCELLED', by },
      scope,
    );
    if (changed) {
      const { reservationId, lines } = reservation;
      await deps.settleHold({ reservationId, lines, verdict: 'RELEASE' }, scope);
    }
    return reservation;
  };
