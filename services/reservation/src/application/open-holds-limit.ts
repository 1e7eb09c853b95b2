import type { Clock } from '@flashreserve/ops';
import type { DomainError } from '@flashreserve/rpc';
import { openHoldsLimited } from '../domain/reservation-errors';
import { createGivenUpHolds } from './given-up-holds';
import type { OwnedReservation, ReservationRepository } from './ports';

/** The hold that is being made, as the limit sees it. */
export interface OpenHold {
  /** Says that units may be held for it although the work fails. It counts until they are back on sale. */
  readonly mayStayHeld: () => void;
}

/**
 * Does the work that makes a reservation unless its customer has as many open ones as allowed. Rejects with
 * OPEN_HOLDS_LIMITED, or as the work does.
 */
export type WithinOpenHolds = <Result>(
  claim: OwnedReservation,
  work: (open: OpenHold) => Promise<Result>,
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
 * A hold whose reservation was given up (no answer, or refused for lack of time or room) counts until a tombstone says that
 * its units go back on sale. That is looked for only when somebody would be refused because of it, so it costs the others
 * nothing.
 *
 * Instances do not see what others are making at the same moment: requests that come within a few milliseconds at n
 * instances may get up to n times the limit. To rule that out would cost every reservation a write to a counter of its
 * customer. What was reserved before is never refused: a repeat gets its reservation.
 *
 * @returns undefined when the limit is 0, so that nothing is read
 */
export const createOpenHoldsLimit = (deps: {
  readonly reservations: Pick<ReservationRepository, 'find' | 'findOpen' | 'findFates'>;
  readonly clock: Clock;
  readonly limit: number;
  /** How long a hold lasts. */
  readonly ttlSeconds: number;
}): WithinOpenHolds | undefined => {
  const { reservations, clock, limit } = deps;
  if (limit === 0) return undefined;
  const activities = new Map<string, Activity>();
  const givenUp = createGivenUpHolds(deps);

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

  /** Marks the reservation as under way if there is room. Nothing is awaited between counting and marking. */
  const tryToMark = async (
    { customerId, reservationId }: OwnedReservation,
    { underWay }: Activity,
    madeMeanwhile: ReadonlySet<string>,
  ): Promise<DomainError | undefined> => {
    const now = clock.now();
    const stored = await reservations.findOpen({ customerId, now, limit });
    const open = new Set([...underWay, ...madeMeanwhile, ...givenUp.of(customerId)]);
    for (const { id } of stored) open.add(id);
    if (open.size >= limit && !open.has(reservationId)) return refusalOf(stored, now);
    underWay.add(reservationId);
    return undefined;
  };

  /** Marks the reservation as under way, or refuses it. */
  const enter = async (claim: OwnedReservation, activity: Activity): Promise<void> => {
    const madeMeanwhile = new Set<string>();
    activity.readings.add(madeMeanwhile);
    try {
      let refusal = await tryToMark(claim, activity, madeMeanwhile);
      if (refusal === undefined) return;
      if (await givenUp.settle(claim.customerId)) {
        refusal = await tryToMark(claim, activity, madeMeanwhile);
      }
      if (refusal === undefined) return;
      if ((await reservations.find(claim.reservationId)) === undefined) throw refusal;
    } finally {
      activity.readings.delete(madeMeanwhile);
    }
  };

  return async (claim, work) => {
    const activity = activityOf(claim.customerId);
    try {
      await enter(claim, activity);
      const result = await work({ mayStayHeld: () => givenUp.add(claim) });
      for (const reading of activity.readings) reading.add(claim.reservationId);
      givenUp.delete(claim);
      return result;
    } finally {
      activity.underWay.delete(claim.reservationId);
      forgetIdle(claim.customerId, activity);
    }
  };
};
