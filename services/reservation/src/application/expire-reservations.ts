import type { Clock } from '@flashreserve/ops';
import { askAgain, type HoldVerdict, release, verdictFor } from '../domain/hold-verdict';
import type { Fate, ReservationRepository } from './ports';

export interface ExpiryVerdict {
  readonly reservationId: string;
  readonly verdict: HoldVerdict;
}

/** One verdict for each id, in order. The ids must be distinct. */
export type ExpireReservations = (
  reservationIds: readonly string[],
) => Promise<readonly ExpiryVerdict[]>;

/**
 * Expires what is due, then says what each hold must become. An id without a reservation gets a tombstone
 * first: without it, a Reserve that has its hold but not yet its reservation could still write one, and its
 * units would have been given back.
 */
export const createExpireReservations = (deps: {
  readonly reservations: ReservationRepository;
  readonly clock: Clock;
}): ExpireReservations => {
  const { reservations, clock } = deps;

  const findFates = async (ids: readonly string[]): Promise<Map<string, Fate>> =>
    new Map((await reservations.findFates(ids)).map((fate) => [fate.id, fate]));

  return async (reservationIds) => {
    const now = clock.now();
    const expired = await reservations.expireDue(reservationIds, now);
    // The usual case, and all there is to know: each of them has just been expired here.
    if (expired === reservationIds.length) {
      return reservationIds.map((reservationId) => ({ reservationId, verdict: release }));
    }

    const fates = await findFates(reservationIds);
    const missing = reservationIds.filter((id) => !fates.has(id));
    if (missing.length > 0) {
      await reservations.insertTombstones(missing, now);
      // Read back, because a reservation may have been written first: then there is no tombstone.
      for (const [id, fate] of await findFates(missing)) fates.set(id, fate);
    }

    return reservationIds.map((reservationId) => {
      const fate = fates.get(reservationId);
      return { reservationId, verdict: fate === undefined ? askAgain : verdictFor(fate, now) };
    });
  };
};
