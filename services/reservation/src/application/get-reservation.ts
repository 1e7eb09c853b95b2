import type { Clock } from '@flashreserve/ops';
import type { Reservation } from '../domain/reservation';
import { reservationNotFound } from '../domain/reservation-errors';
import { createEndDue } from './end-due';
import type { OwnedReservation, ReservationRepository } from './ports';

export type GetReservation = (owned: OwnedReservation) => Promise<Reservation>;

/** @throws DomainError RESERVATION_NOT_FOUND, also if it belongs to another customer */
export const createGetReservation = (deps: {
  readonly reservations: ReservationRepository;
  readonly clock: Clock;
}): GetReservation => {
  const endDue = createEndDue(deps);
  return async (owned) => {
    const reservation = await deps.reservations.findOwned(owned);
    if (reservation === undefined) throw reservationNotFound();
    const [seen = reservation] = await endDue([reservation]);
    return seen;
  };
};
