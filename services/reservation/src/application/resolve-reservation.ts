import type { Clock } from '@flashreserve/ops';
import { isInGrace, type Reservation, refusalFor } from '../domain/reservation';
import { expiredForCustomer, refusal, storeUnsettled } from '../domain/reservation-errors';
import type {
  AddressedReservation,
  RequestScope,
  ReservationRepository,
  Resolution,
} from './ports';
import type { ReservationWriter } from './reservation-writer';

export interface ResolvedReservation {
  readonly reservation: Reservation;
  /** False if it already was in the requested state. */
  readonly changed: boolean;
}

/** Moves a pending reservation to the requested final state, at most once. */
export type ResolveReservation = (
  addressed: AddressedReservation,
  wanted: Pick<Resolution, 'to' | 'by'>,
  scope: Pick<RequestScope, 'deadline'>,
) => Promise<ResolvedReservation>;

/**
 * A reservation can appear between the update that missed it and the read; the update is then
 * retried.
 */
const ATTEMPTS_MAX = 3;

/**
 * A single conditional update decides. If it changes nothing, the reservation is read only to
 * report why.
 *
 * @throws DomainError RESERVATION_NOT_FOUND, RESERVATION_EXPIRED, RESERVATION_CANCELLED,
 *   RESERVATION_CONFIRMED, RESERVATION_RETURNED, STORE_UNAVAILABLE
 */
export const createResolveReservation =
  (deps: {
    readonly reservations: Pick<ReservationRepository, 'findOwned' | 'expireDue'>;
    readonly writer: Pick<ReservationWriter, 'resolve'>;
    readonly clock: Clock;
  }): ResolveReservation =>
  async (addressed, { to, by }, { deadline }) => {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const resolved = await deps.writer.resolve({ ...addressed, to, by }, deadline);
      if (resolved !== undefined) return { reservation: resolved, changed: true };

      const stored = await deps.reservations.findOwned(addressed);
      if (stored === undefined) throw refusal('RESERVATION_NOT_FOUND');
      if (stored.status === to) return { reservation: stored, changed: false };
      const now = deps.clock.now();
      // The reservation lives on: a confirmation by a backend may follow.
      if (by === 'customer' && stored.status === 'PENDING' && isInGrace(stored, now)) {
        throw expiredForCustomer(stored.expiresAt);
      }
      const refused = refusalFor(stored, now);
      if (refused === undefined) continue;
      if (stored.status !== 'PENDING') throw refused;
      // A confirmation decided in time may still be in flight to the store. After a
      // RESERVATION_EXPIRED response the reservation must never turn out confirmed, so it is
      // expired first.
      if ((await deps.reservations.expireDue([addressed.reservationId], now)) === 1) throw refused;
    }
    throw storeUnsettled();
  };
