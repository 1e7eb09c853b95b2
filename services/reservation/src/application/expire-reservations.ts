import type { Clock } from '@flashreserve/ops';
import { askAgain, type HoldVerdict, release, verdictFor } from '../domain/hold-verdict';
import type { Fate, ReservationRepository } from './ports';

export interface ExpiryVerdict {
  readonly reservationId: string;
  readonly verdict: HoldVerdict;
}

/** One verdict per id, in order. The ids must be distinct. */
export type ExpireReservations = (
  reservationIds: readonly string[],
) => Promise<readonly ExpiryVerdict[]>;

/**
 * Expires due reservations, then returns what each hold must become. An id without a reservation
 * gets a tombstone first; otherwise a Reserve that has its hold but not yet its reservation could
 * still write one after the units were released.
 */
export const createExpireReservations = (deps: {
  readonly reservations: ReservationRepository;
  readonly clock: Clock;
}): ExpireReservations => {
  const { reservations, clock } = deps;

  const findFates = async (ids: readonly string[]): Promise<Map<string, Fate>> =>
    new Map((await reservations.findFates(ids)).map((fate) => [fate.reservationId, fate]));

  return async (reservationIds) => {
    const now = clock.now();
    const expired = await reservations.expireDue(reservationIds, now);
    // The common case, decided without a read: all of them were just expired.
    if (expired === reservationIds.length) {
      return reservationIds.map((reservationId) => ({ reservationId, verdict: release }));
    }

    const fates = await findFates(reservationIds);
    const missing = reservationIds.filter((reservationId) => !fates.has(reservationId));
    if (missing.length > 0) {
      await reservations.insertTombstones(missing, now);
      // Read back, because a reservation may have been written first; then no tombstone was
      // inserted.
      for (const fate of (await findFates(missing)).values()) fates.set(fate.reservationId, fate);
    }

    return reservationIds.map((reservationId) => {
      const fate = fates.get(reservationId);
      return { reservationId, verdict: fate === undefined ? askAgain : verdictFor(fate, now) };
    });
  };
};
