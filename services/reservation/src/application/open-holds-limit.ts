import type { Clock } from '@flashreserve/platform/clock';
import type { DomainError } from '@flashreserve/platform/errors';
import { openHoldsLimited } from '../domain/reservation-errors';
import type { OwnedReservation, ReservationRepository } from './ports';

/**
 * Does the work that makes a reservation unless its customer has as many open ones as allowed. Rejects with
 * OPEN_HOLDS_LIMITED, or as the work does.
 */
export type WithinOpenHolds = <Result>(
  claim: OwnedReservation,
  work: () => Promise<Result>,
) => Promise<Result>;

/** What one customer is doing on this instance. */
interface Activity {
  /** Reservations that are being made. */
  readonly underWay: Set<string>;
  /** For each reading of the store that has not returned: what was made since it began. */
  readonly readings: Set<Set<string>>;
}

/** When all that counts is still being made, it is soon known whether it came to be. */
const RETRY_SOON_SECONDS = 1;

/**
 * Limits the open reservations (PENDING and not due) of one customer. They are read before each reservation and counted
 * together with those that this instance is making, so one instance never exceeds the limit, whatever comes at once. No
 * request waits for another one: entries of a batch are answered together, and a crowd of one customer must not hold up
 * the others.
 *
 * Instances do not see what others are making at the same moment: requests that come within a few milliseconds at n
 * instances may get up to n times the limit. To rule that out would cost every reservation a write to a counter of its
 * customer. What was reserved before is never refused: a repeat gets its reservation.
 *
 * @returns undefined when the limit is 0, so that nothing is read
 */
export const createOpenHoldsLimit = (deps: {
  readonly reservations: Pick<ReservationRepository, 'find' | 'findOpen'>;
  readonly clock: Clock;
  readonly limit: number;
}): WithinOpenHolds | undefined => {
  const { reservations, clock, limit } = deps;
  if (limit === 0) return undefined;
  const activities = new Map<string, Activity>();

  const activityOf = (customerId: string): Activity => {
    const known = activities.get(customerId);
    if (known !== undefined) return known;
    const activity: Activity = { underWay: new Set(), readings: new Set() };
    activities.set(customerId, activity);
    return activity;
  };
  const forgetIdle = (customerId: string, { underWay, readings }: Activity): void => {
    if (underWay.size === 0 && readings.size === 0) activities.delete(customerId);
  };

  const refusalOf = (stored: readonly { readonly expiresAt: Date }[], now: Date): DomainError => {
    const firstEnd = Math.min(...stored.map(({ expiresAt }) => expiresAt.getTime()));
    const seconds = (firstEnd - now.getTime()) / 1000;
    return openHoldsLimited(limit, Number.isFinite(seconds) ? seconds : RETRY_SOON_SECONDS);
  };

  /** Marks the reservation as under way, or refuses it. Nothing is awaited between counting and marking. */
  const enter = async (claim: OwnedReservation, activity: Activity): Promise<void> => {
    const { customerId, reservationId } = claim;
    const madeMeanwhile = new Set<string>();
    activity.readings.add(madeMeanwhile);
    try {
      const now = clock.now();
      const stored = await reservations.findOpen({ customerId, now, limit });
      const open = new Set([...stored.map(({ id }) => id), ...activity.underWay, ...madeMeanwhile]);
      if (open.size < limit || open.has(reservationId)) activity.underWay.add(reservationId);
      else if ((await reservations.find(reservationId)) === undefined) throw refusalOf(stored, now);
    } finally {
      activity.readings.delete(madeMeanwhile);
    }
  };

  return async (claim, work) => {
    const activity = activityOf(claim.customerId);
    try {
      await enter(claim, activity);
      const result = await work();
      for (const reading of activity.readings) reading.add(claim.reservationId);
      return result;
    } finally {
      activity.underWay.delete(claim.reservationId);
      forgetIdle(claim.customerId, activity);
    }
  };
};
