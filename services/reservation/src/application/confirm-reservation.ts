import type { Reservation } from '../domain/reservation';
import { refusal } from '../domain/reservation-errors';
import type { AddressedReservation, RequestScope, Resolver } from './ports';
import type { ResolveReservation } from './resolve-reservation';
import type { SettleLater } from './settle-later';

export type ConfirmReservation = (
  addressed: AddressedReservation,
  by: Resolver,
  scope: RequestScope,
) => Promise<Reservation>;

/**
 * Turns a pending reservation and its hold into a sale. Idempotent. With `confirmBy` "backend",
 * customers can never make a sale, so that a shop confirms what it was paid for.
 *
 * Resolves once the reservation is durably CONFIRMED. Its hold is settled afterwards: from then on
 * no path releases it, and if catalog does not reply, a job or the sweep settles it.
 *
 * @throws DomainError BACKEND_CONFIRMS, RESERVATION_NOT_FOUND, RESERVATION_EXPIRED,
 *   RESERVATION_CANCELLED, RESERVATION_RETURNED
 */
export const createConfirmReservation =
  (deps: {
    readonly resolveReservation: ResolveReservation;
    readonly settleLater: SettleLater;
    readonly confirmBy: Resolver;
  }): ConfirmReservation =>
  async (addressed, by, scope) => {
    if (by === 'customer' && deps.confirmBy === 'backend') throw refusal('BACKEND_CONFIRMS');
    const { reservation, changed } = await deps.resolveReservation(
      addressed,
      { to: 'CONFIRMED', by },
      scope,
    );
    if (changed) {
      const { reservationId, lines } = reservation;
      deps.settleLater({ reservationId, lines, verdict: 'SELL' }, scope);
    }
    return reservation;
  };
