import type { Clock } from '@flashreserve/ops';
import { isDue, type Reservation } from '../domain/reservation';
import { storeUnsettled } from '../domain/reservation-errors';
import type { ReservationRepository } from './ports';

/** Returns reservations as they may be shown to callers: none is PENDING and due. */
export type EndDue = (found: readonly Reservation[]) => Promise<readonly Reservation[]>;

/**
 * A reservation that is PENDING and due has expired, even if the worker has not run. A confirmation
 * decided in time may still be in flight to the store, and a reservation read as EXPIRED must never
 * be read as CONFIRMED later. So the store decides, by the same conditional update as the worker's.
 * Costs nothing if nothing is due.
 *
 * @throws DomainError STORE_UNAVAILABLE when the store contradicts itself
 */
export const createEndDue =
  (deps: {
    readonly reservations: Pick<ReservationRepository, 'expireDue' | 'findOwned'>;
    readonly clock: Clock;
  }): EndDue =>
  async (found) => {
    const { reservations, clock } = deps;
    const now = clock.now();
    const mustEnd = (one: Reservation): boolean => one.status === 'PENDING' && isDue(one, now);
    const due = found.filter(mustEnd);
    if (due.length === 0) return found;

    const ended = await reservations.expireDue(
      due.map(({ reservationId }) => reservationId),
      now,
    );
    const read = async (one: Reservation): Promise<Reservation> => {
      if (!mustEnd(one)) return one;
      if (ended === due.length) return { ...one, status: 'EXPIRED', expiredAt: now };
      // Another call has resolved some of them; only the store knows how.
      const owned = { reservationId: one.reservationId, customerId: one.customerId };
      const stored = await reservations.findOwned(owned);
      if (stored === undefined || mustEnd(stored)) throw storeUnsettled();
      return stored;
    };
    return Promise.all(found.map(read));
  };
